# One file with all of the predict program in it, on the base that it runs on: AWS's runtime for Node, unless told otherwise.
ARG BASE=public.ecr.aws/lambda/nodejs:24

# Bundles on the machine's own architecture; nothing is run for the image's.
FROM --platform=${BUILDPLATFORM} node:24-slim AS contents
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund
COPY docker/package.json docker/package-lock.json docker/
RUN cd docker && npm ci --ignore-scripts --no-audit --no-fund
COPY LICENSE ./
COPY database database
COPY services services
COPY docker docker
ARG SOURCE_DATE_EPOCH=0
RUN node docker/contents.ts predict /contents

# What whoever builds it wants to know: docker build --target report --output FOLDER
FROM scratch AS report
COPY --from=contents /contents/report/ /

FROM ${BASE}
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="hundredfold/predict" \
      org.opencontainers.image.description="Hundredfold's predict service, for AWS Lambda and for any container host" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=contents /contents/root/ /
USER 1000:1000
# Lambda looks at no health check; a server is asked by the engine that runs it.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["healthy"]
CMD ["index.handler"]
