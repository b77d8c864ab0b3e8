import type { Tracer } from './tracer.ts';

/**
 * Segments for AWS X-Ray. Its SDK is large and is loaded by this call alone, so that who does not trace does not pay for it;
 * Lambda shows its own part of each call (`Tracing: Active`) without it.
 */
export async function openPowertoolsTracer(service: string): Promise<Tracer> {
  const { Tracer: XRay } = await import('@aws-lambda-powertools/tracer');
  const xray = new XRay({ serviceName: service, captureHTTPsRequests: false });
  return {
    async segment(name, work) {
      const parent = xray.getSegment();
      const own = parent?.addNewSubsegment(name);
      if (parent === undefined || own === undefined) return work();
      xray.setSegment(own);
      try {
        return await work();
      } catch (error) {
        own.addErrorFlag();
        throw error;
      } finally {
        own.close();
        xray.setSegment(parent);
      }
    },
  };
}
