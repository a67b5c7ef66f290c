# The production image: web, worker and beat are three commands of it. No embedded services.
FROM python:3.13.9-slim-trixie AS build
WORKDIR /build
COPY requirements/uv.txt requirements/production.txt ./
RUN python -m venv /opt/matinee \
    && /opt/matinee/bin/python -m pip install --no-cache-dir --require-hashes -r uv.txt \
    && /opt/matinee/bin/uv pip install --no-cache --require-hashes --compile-bytecode \
       --python /opt/matinee/bin/python --no-build-isolation-package flask-principal \
       -r production.txt

FROM node:24.11.1-trixie-slim AS assets
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM python:3.13.9-slim-trixie
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/matinee matinee
COPY --from=build /opt/matinee /opt/matinee
WORKDIR /app
COPY core core
COPY accounts accounts
COPY catalog catalog
COPY billing billing
COPY access access
COPY notices notices
COPY reports reports
COPY workers workers
COPY web web
COPY commands commands
COPY templates templates
COPY migrations migrations
COPY --from=assets /build/node_modules/echarts/dist/echarts.esm.min.js web/static/vendor/echarts.js
COPY --from=assets /build/node_modules/hls.js/dist/hls.light.min.mjs web/static/vendor/hls.js
RUN python -m compileall -q /app
ENV PATH=/opt/matinee/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    MATINEE_ENV=production \
    MATINEE_HOST=0.0.0.0 \
    MATINEE_HOME=/var/lib/matinee
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=60s --timeout=20s --start-period=30s CMD ["python", "-P", "-m", "commands", "health"]
ENTRYPOINT ["python", "-P", "-m", "commands"]
CMD ["web"]
