"""A witness: keeps the last checkpoint of each log that it follows, demands consistency, cosigns, and says so publicly.

Start reading at `witness.py`. This is the one part of the package that opens network connections and writes files.
"""
