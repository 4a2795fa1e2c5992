"""Running softviz for many: nginx in front of several Streamlit processes."""
