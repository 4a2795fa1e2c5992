"""What must answer a finger in the same frame: small browser programs, each with a Python wrapper.

The maths they need stands once, in ``maps.js``; how numbers and colours are written stands in ``stage.js``.
"""
