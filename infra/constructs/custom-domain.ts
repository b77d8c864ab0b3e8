import { EndpointType, type RestApi, SecurityPolicy } from 'aws-cdk-lib/aws-apigateway';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Construct } from 'constructs';

export interface CustomDomainProps {
  readonly api: RestApi;
  readonly domainName: string;
  /** Of ACM, in the region of the API. */
  readonly certificateArn: string;
}

/** A host name of the team's own for the API. Its DNS record is theirs to make: an alias, or a CNAME, to `target`. */
export class CustomDomain extends Construct {
  readonly url: string;
  readonly target: string;

  constructor(scope: Construct, id: string, { api, domainName, certificateArn }: CustomDomainProps) {
    super(scope, id);
    const domain = api.addDomainName('Domain', {
      domainName,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      endpointType: EndpointType.REGIONAL,
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    this.url = `https://${domainName}`;
    this.target = domain.domainNameAliasDomainName;
  }
}
