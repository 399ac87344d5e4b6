"""The parts of the JSON Schemas, made from the vocabulary and the readers' own tables."""
