"""What puts softviz on a Streamlit page."""
