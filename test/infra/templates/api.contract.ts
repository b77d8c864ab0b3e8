import { expect, test } from '@jest/globals';
import { ROUTE_ACCESS } from '../../../services/api/routes.ts';
import type { Template } from './template.ts';

interface Expected {
  readonly rate: number;
  readonly burst: number;
  readonly quota: number | null;
  readonly origins: readonly string[];
  readonly traced: number;
}

/** Fields of API Gateway's that hold something of what was sent, or of who sent it. */
const TELLING =
  /\$context\.(path|customDomain|requestOverride|identity\.(sourceIp|userAgent|apiKey\b(?!Id))|error\.messageString|authorizer)|\$input|querystring|header/i;

/** What holds of the REST API. */
export function apiContract(template: () => Template, expected: Expected): void {
  const methods = () =>
    template()
      .all('AWS::ApiGateway::Method')
      .map(({ Properties }) => ({
        call: `${Properties.HttpMethod} ${pathOf(template(), Properties.ResourceId)}`,
        auth: Properties.AuthorizationType,
        key: Properties.ApiKeyRequired ?? false,
      }));

  test('its methods are the routes of the service, each once, with the key or the signature that its role asks for', () => {
    const routes = ROUTE_ACCESS.filter(({ where }) => where === 'everywhere').map(
      ({ method, path, role }) => ({
        call: `${method} ${path}`,
        auth: role === 'admin' ? 'AWS_IAM' : 'NONE',
        key: role === 'predict' || role === 'read',
      }),
    );
    const byCall = (a: { call: string }, b: { call: string }) => (a.call < b.call ? -1 : 1);
    const asked =
      expected.origins.length > 0
        ? [...new Set(routes.map(({ call }) => call.replace(/^\S+/, 'OPTIONS')))]
        : [];
    const options = asked.map((call) => ({ call, auth: 'NONE', key: false }));
    expect(methods().toSorted(byCall)).toEqual([...routes, ...options].toSorted(byCall));
  });

  test('all go to the one function as they came', () => {
    for (const { Properties } of template().all('AWS::ApiGateway::Method')) {
      expect(Properties.Integration).toMatchObject({ Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST' });
      expect(JSON.stringify(Properties.Integration.Uri)).toContain(
        template().one('AWS::Lambda::Function', 'Predict').id,
      );
    }
    const permission = template().one('AWS::Lambda::Permission', 'Api');
    expect(permission.Properties.Principal).toBe('apigateway.amazonaws.com');
    expect(JSON.stringify(permission.Properties.SourceArn)).toContain(
      template().one('AWS::ApiGateway::RestApi').id,
    );
  });

  test('keys are throttled by their plan, and every method by the stage', () => {
    const { rate, burst, quota } = expected;
    expect(template().one('AWS::ApiGateway::UsagePlan').Properties).toMatchObject({
      Throttle: { RateLimit: rate, BurstLimit: burst },
      ...(quota === null ? {} : { Quota: { Limit: quota, Period: 'DAY' } }),
    });
    const [settings] = template().one('AWS::ApiGateway::Stage').Properties.MethodSettings;
    expect(settings).toMatchObject({
      HttpMethod: '*',
      ResourcePath: '/*',
      ThrottlingRateLimit: rate,
      ThrottlingBurstLimit: burst,
    });
  });

  test('so many of its requests are traced as was asked for', () => {
    const { Name } = template().one('AWS::ApiGateway::RestApi').Properties;
    const { StageName, TracingEnabled } = template().one('AWS::ApiGateway::Stage').Properties;
    expect(TracingEnabled).toBe(true);
    expect(template().one('AWS::XRay::SamplingRule').Properties.SamplingRule).toMatchObject({
      ServiceName: `${Name}/${StageName}`,
      FixedRate: expected.traced,
      ReservoirSize: 0,
    });
  });

  test('its logs say what was called and how it ended, and nothing of what was sent or by whom it was typed', () => {
    const { Properties } = template().one('AWS::ApiGateway::Stage');
    const format = Properties.AccessLogSetting.Format;
    expect(JSON.parse(format)).toMatchObject({ route: '$context.resourcePath', status: '$context.status' });
    expect(format).not.toMatch(TELLING);
    expect(Properties.MethodSettings[0]).toMatchObject({ DataTraceEnabled: false, LoggingLevel: 'ERROR' });
    const errors = template().one('AWS::Logs::LogGroup', 'ApiErrorLogs');
    expect(JSON.stringify(errors.Properties.LogGroupName)).toContain('API-Gateway-Execution-Logs_');
    expect(template().one('AWS::ApiGateway::Stage').DependsOn).toContain(errors.id);
  });

  test('what it answers by itself is a problem document that repeats nothing of the request', () => {
    const answers = template().all('AWS::ApiGateway::GatewayResponse');
    expect(answers.length).toBeGreaterThan(5);
    for (const { Properties } of answers) {
      const document = Properties.ResponseTemplates['application/json'].replace('$context.status', '400');
      expect(JSON.parse(document)).toMatchObject({ code: expect.stringMatching(/^gateway_/), status: 400 });
      expect(Properties.ResponseParameters).toEqual({
        'gatewayresponse.header.content-type': "'application/problem+json'",
        ...corsOf(expected.origins),
      });
      // Fixed texts: what the request held would let in whoever sent it.
      for (const value of Object.values(Properties.ResponseParameters)) expect(value).toMatch(/^'[^']*'$/);
      expect(document.replace('$context.requestId', '')).not.toContain('$');
    }
  });
}

/** One origin is named; of several API Gateway can name none, and says what is the same for all. */
function corsOf([first, ...others]: readonly string[]): object {
  const header = 'gatewayresponse.header.access-control-allow-origin';
  if (first === undefined) return {};
  if (others.length > 0) return { [header]: "'*'" };
  return { [header]: `'${first}'`, 'gatewayresponse.header.vary': "'origin'" };
}

function pathOf(template: Template, reference: unknown): string {
  const resource = template.named(reference);
  if (resource?.Type !== 'AWS::ApiGateway::Resource') return '';
  return `${pathOf(template, resource.Properties.ParentId)}/${resource.Properties.PathPart}`;
}
