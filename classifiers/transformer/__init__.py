"""The transformer backend (extra ``camel``): one encoder with a head for each axis, for what the compact model is unsure of."""
