FROM python:3.12-slim-bookworm
RUN apt-get update \
 && apt-get install -y --no-install-recommends make gcc libc6-dev apertium-eng-spa apertium-fr-es apertium-es-pt apertium-spa-ita apertium-es-ro cg3 \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY . .
RUN make install && useradd --system --home-dir /data dragoman && mkdir -p /data /packages && chown dragoman /data /packages
USER dragoman
ENV DRAGOMAN_DATA_DIR=/data
VOLUME /data
ENTRYPOINT ["/app/.venv/bin/dragoman"]
CMD ["up", "--host", "0.0.0.0"]
