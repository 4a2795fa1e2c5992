"""Pictures: arrays in, Plotly figures out. Nothing here knows a screen."""
