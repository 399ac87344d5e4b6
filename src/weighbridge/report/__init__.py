"""Any result as text, Markdown or JSON: one page of blocks, one emitter a form."""
