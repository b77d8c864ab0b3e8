import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  ApiKeySourceType,
  AuthorizationType,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  type Method,
  MethodLoggingLevel,
  Period,
  RestApi,
  type UsagePlan,
} from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSamplingRule } from 'aws-cdk-lib/aws-xray';
import { Construct } from 'constructs';
import { ROUTE_ACCESS, type RouteAccess } from '../../services/api/routes.ts';
import { ACCESS_LOG } from './access-log.ts';
import { acknowledge } from './acknowledge.ts';
import { GATEWAY_ANSWERS, gatewayCors, problemDocument } from './gateway-answers.ts';
import { logGroup } from './logs.ts';

export interface PredictorApiProps {
  readonly name: string;
  /** Answers every request. */
  readonly handler: IFunction;
  /** Requests a second and at once: of each key of the usage plan, and of each method together. */
  readonly throttle: { readonly rate: number; readonly burst: number };
  /** Requests a day and key; null for no limit. */
  readonly dailyQuota: number | null;
  /** Pages of these origins call it: their browsers ask first, without a key, and the service answers. */
  readonly corsOrigins: readonly string[];
  /** Which part of the requests is traced, from 0 to 1. */
  readonly tracedShare: number;
  /** Make the role by which API Gateway writes logs, which is one for the whole account and region. */
  readonly logsRole: boolean;
  readonly logDays: number;
  /** A web application firewall is put before it. */
  readonly firewall: boolean;
}

const STAGE = 'v1';
/** The longest that API Gateway waits, where nobody asked for more. */
const TIMEOUT = Duration.seconds(29);

/**
 * The REST API: a method for each route of the service's own table. `predict` and `read` need a key of the usage plan,
 * which throttles; what a key may do is checked by the service, against its table of hashed keys. `admin` needs a request
 * signed by somebody of the account who may. What is anyone's is throttled, too.
 */
export class PredictorApi extends Construct {
  readonly api: RestApi;
  readonly usagePlan: UsagePlan;
  readonly url: string;

  constructor(scope: Construct, id: string, props: PredictorApiProps) {
    super(scope, id);
    const { name, handler, throttle, dailyQuota } = props;
    this.api = new RestApi(this, 'Api', {
      restApiName: name,
      description: 'Hundredfold: suggestions from rows',
      endpointTypes: [EndpointType.REGIONAL],
      apiKeySourceType: ApiKeySourceType.HEADER,
      // Bytes that are not text of UTF-8 arrive as they were sent, and are refused by the service.
      binaryMediaTypes: ['text/csv', 'application/x-ndjson', 'application/octet-stream'],
      cloudWatchRole: props.logsRole,
      // It is the whole account's: others may log by it when this stack is gone.
      ...(props.logsRole ? { cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE } : {}),
      deployOptions: {
        stageName: STAGE,
        throttlingRateLimit: throttle.rate,
        throttlingBurstLimit: throttle.burst,
        accessLogDestination: new LogGroupLogDestination(logGroup(this, 'AccessLogs', props.logDays)),
        accessLogFormat: ACCESS_LOG,
        // What went wrong, and never what was sent.
        loggingLevel: MethodLoggingLevel.ERROR,
        dataTraceEnabled: false,
        metricsEnabled: false,
        tracingEnabled: true,
      },
    });
    this.url = `https://${this.api.restApiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}/${STAGE}`;
    // The CDK's own output is of another name in every stack.
    this.api.node.tryRemoveChild('Endpoint');
    // API Gateway makes it, without an end, where it does not find it.
    const errors = logGroup(
      this,
      'ErrorLogs',
      props.logDays,
      `API-Gateway-Execution-Logs_${this.api.restApiId}/${STAGE}`,
    );
    this.api.deploymentStage.node.addDependency(errors);
    const service = new LambdaIntegration(handler, { timeout: TIMEOUT, scopePermissionToMethod: false });
    for (const route of ROUTE_ACCESS.filter(isEverywhere)) this.#add(route, service);
    if (props.corsOrigins.length > 0) this.#addOptions(service);
    this.#answerByItself(props.corsOrigins);
    this.usagePlan = this.api.addUsagePlan('Usage', {
      name,
      description: 'Keys that may call predict and read',
      throttle: { rateLimit: throttle.rate, burstLimit: throttle.burst },
      ...(dailyQuota === null ? {} : { quota: { limit: dailyQuota, period: Period.DAY } }),
      apiStages: [{ api: this.api, stage: this.api.deploymentStage }],
    });
    this.#trace(name, props.tracedShare);
    this.#acknowledge(props);
  }

  #add({ method, path, role }: RouteAccess, service: LambdaIntegration): void {
    const resource = this.api.root.resourceForPath(path);
    const added = resource.addMethod(method, service, {
      authorizationType: role === 'admin' ? AuthorizationType.IAM : AuthorizationType.NONE,
      apiKeyRequired: role === 'predict' || role === 'read',
      operationName: `${method} ${path}`,
    });
    acknowledgeMethod(added, role);
  }

  #addOptions(service: LambdaIntegration): void {
    for (const path of new Set(ROUTE_ACCESS.filter(isEverywhere).map((route) => route.path))) {
      acknowledgeMethod(this.api.root.resourceForPath(path).addMethod('OPTIONS', service), 'anyone');
    }
  }

  /** Without a rule of its own, X-Ray traces one request of each second and a twentieth of the others. */
  #trace(name: string, fixedRate: number): void {
    new CfnSamplingRule(this, 'Traced', {
      samplingRule: {
        version: 1,
        ruleName: name,
        priority: 1_000,
        reservoirSize: 0,
        fixedRate,
        serviceType: 'AWS::ApiGateway::Stage',
        serviceName: `${name}/${STAGE}`,
        resourceArn: '*',
        host: '*',
        httpMethod: '*',
        urlPath: '*',
      },
    });
  }

  #answerByItself(origins: readonly string[]): void {
    for (const answer of GATEWAY_ANSWERS) {
      const { responseType } = answer.type;
      this.api.addGatewayResponse(responseType, {
        type: answer.type,
        ...(answer.status === undefined ? {} : { statusCode: String(answer.status) }),
        responseHeaders: { 'content-type': "'application/problem+json'", ...gatewayCors(origins) },
        templates: { 'application/json': problemDocument(answer) },
      });
    }
  }

  #acknowledge({ firewall, logsRole }: PredictorApiProps): void {
    acknowledge(
      this.api,
      'APIG2',
      'The service checks every request against its own schemas and names each wrong field; a second set of schemas here would drift.',
    );
    if (!firewall) {
      acknowledge(
        this.api,
        'APIG3',
        'firewall is off: it costs 9 USD a month. Every method but those that tell nothing needs a key or a signature, and all are throttled.',
      );
    }
    if (logsRole) {
      acknowledge(
        this.api,
        'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
        "The policy that AWS made for the account's role by which API Gateway writes logs, and keeps right.",
      );
    }
  }
}

function isEverywhere({ where }: RouteAccess): boolean {
  return where === 'everywhere';
}

function acknowledgeMethod(method: Method, role: RouteAccess['role']): void {
  if (role === 'admin') {
    acknowledge(
      method,
      'COG4',
      'Signed requests: roles of the account administer, and there is no user pool.',
    );
    return;
  }
  const why =
    role === 'anyone'
      ? 'Anyone may: it tells whether the service is well and what its API looks like, and nothing of what is in it.'
      : 'A key of the usage plan is required here; its role is checked by the service, as where there is no API Gateway.';
  acknowledge(method, 'APIG4', why);
  acknowledge(method, 'COG4', why);
}
