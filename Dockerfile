# The host as an image: docker build -t stream-host .
# It follows a public chain (ETH_RPC_URL) and keeps all it keeps in /data. How it is run: compose.yml, docs/operations.md.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY scripts/launch.mjs scripts/
COPY scripts/lib/progress.mjs scripts/lib/
RUN npm ci
COPY . .
# Contracts and page; then what only building needs goes, and the Node that npm brings for machines without a fitting one.
RUN npm run build \
  && npm prune --omit=dev --ignore-scripts \
  && rm -rf node_modules/node-linux-* node_modules/.bin/node node_modules/.tmp node_modules/.cache

FROM node:24-bookworm-slim
# For posters and smaller renditions of protected uploads.
RUN apt-get update \
  && apt-get install -y --no-install-recommends ffmpeg \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app /app
# Scripts (`docker compose exec host npm run …`) keep their temporary files and compiled code there.
RUN mkdir -p /data node_modules/.tmp node_modules/.cache && chown node:node /data node_modules/.tmp node_modules/.cache
USER node
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8000 DATA_DIR=/data STOP_GRACE_SECONDS=20
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=4", "--heap-growing-percent=50", "--expose-gc", "indexer/main.ts"]
