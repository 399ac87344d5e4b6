"""Questions about the law itself, each answered by proof or by a release that shows it.

One question a file. Z3 looks for a release; whatever it shows is judged again by the reference
evaluator before it is told, and what Z3 cannot decide within its bound is told as undecided.
"""
