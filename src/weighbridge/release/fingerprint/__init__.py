"""A digest of weights of a few hundred bytes that is alike where weights are alike.

``sketch.py`` turns samples of numbers into bits, ``parts.py`` says which tensors are sampled,
``circuits.py`` makes what no order of hidden units changes, ``take.py`` puts a fingerprint
together, ``index.py`` keeps many in a file, ``search.py`` finds the nearest.
``docs/fingerprint.md`` has the format.
"""
