# softviz in a container: docker build -t softviz . && docker run --rm -p 8501:8501 softviz
FROM python:3.12-slim

# Two allocation arenas for all threads: many learners' threads otherwise each keep memory of their own.
ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    MALLOC_ARENA_MAX=2

RUN useradd --create-home --uid 10001 softviz
WORKDIR /app

# The requirements before the code: a change of code then installs nothing.
COPY requirements.txt ./
RUN pip install --requirement requirements.txt

COPY .streamlit ./.streamlit
COPY static/README.txt ./static/
COPY softviz ./softviz
COPY pages ./pages
COPY app.py ./

# The app writes plotly.js to static/ when it is first imported. Done here, the running container writes nothing at all:
# it may run with --read-only.
RUN python -c "import softviz.components.figure" && python -m compileall -q app.py pages softviz

USER 10001
EXPOSE 8501

HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]

CMD ["streamlit", "run", "app.py", "--server.address=0.0.0.0", "--server.port=8501"]
