ARG PYTHON_IMAGE=python:3.13.16-slim-trixie
FROM ${PYTHON_IMAGE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /opt/venv
COPY requirements.txt .
RUN /opt/venv/bin/pip install --require-hashes -r requirements.txt && \
    /opt/venv/bin/python -m compileall -q /opt/venv
COPY . /app
WORKDIR /app
# The values only let the settings load; nothing of them stays in the image.
RUN SECRET_KEY=build DATA_ENCRYPTION_KEYS=build:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
    BLIND_INDEX_KEY=build-build-build-build-build-build \
    DATABASE_URL=postgres://build@127.0.0.1/build REDIS_URL=redis://127.0.0.1/0 \
    STATIC_ROOT=/srv/static \
    /opt/venv/bin/python manage.py collectstatic --no-input --verbosity 0 && \
    /opt/venv/bin/python -m compileall -q /app && \
    mv /app/zalo_simulator /srv/zalo_simulator

FROM ${PYTHON_IMAGE} AS base
RUN groupadd --system --gid 10001 binhyen && \
    useradd --system --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin binhyen && \
    install -d -o binhyen -g binhyen /srv/media /srv/witness \
        /srv/vault-web /srv/vault-work /srv/vault-log \
        /srv/media-practice /srv/witness-practice /srv/zalo
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp LANG=C.UTF-8 \
    DJANGO_SETTINGS_MODULE=config.settings STATIC_ROOT=/srv/static MEDIA_ROOT=/srv/media \
    WITNESS_DIR=/srv/witness
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/static /srv/static
COPY --from=build /app /app
WORKDIR /app
USER binhyen
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind=0.0.0.0:8000", \
     "--worker-class=config.edge.worker.Worker", "--workers=2", "--threads=8", "--timeout=60", \
     "--graceful-timeout=30", "--worker-tmp-dir=/dev/shm", \
     "--max-requests=5000", "--max-requests-jitter=500", \
     "--no-control-socket"]

# The local Zalo of the practice portal: docker build --target simulator .
FROM base AS simulator
COPY --from=build /srv/zalo_simulator /app/zalo_simulator
CMD ["python", "manage.py", "zalo_simulator", "--host=0.0.0.0", "--port=8000"]

FROM base AS portal
