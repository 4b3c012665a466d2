import { settings } from "./settings.ts";
import type { Variables } from "./variables.ts";

/** The stage's own domain, by the setting `domain`. A record in DNS must lead to the output `DomainTarget`. */
export const domain = async (variables: Variables) => {
  const { domain: own } = await settings(variables);
  if (!own) return {};
  return {
    ApiDomain: {
      Type: "AWS::ApiGatewayV2::DomainName",
      Properties: {
        DomainName: own.name,
        DomainNameConfigurations: [
          { CertificateArn: own.certificate, EndpointType: "REGIONAL", SecurityPolicy: "TLS_1_2" },
        ],
      },
    },
    ApiDomainMapping: {
      Type: "AWS::ApiGatewayV2::ApiMapping",
      DependsOn: ["HttpApiStage"],
      Properties: { ApiId: { Ref: "HttpApi" }, DomainName: { Ref: "ApiDomain" }, Stage: { Ref: "HttpApiStage" } },
    },
  };
};

export const domainOutputs = async (variables: Variables) => {
  const { domain: own } = await settings(variables);
  if (!own) return {};
  return {
    DomainTarget: {
      Description: `What a record of ${own.name} in DNS must lead to`,
      Value: { "Fn::GetAtt": ["ApiDomain", "RegionalDomainName"] },
    },
  };
};

/** E-mail for alarms, by the setting `alarmEmail`. Its owner must confirm it once. */
export const alarmEmail = async (variables: Variables) => {
  const { alarmEmail: Endpoint } = await settings(variables);
  if (!Endpoint) return {};
  return {
    OperatorEmail: {
      Type: "AWS::SNS::Subscription",
      Properties: { TopicArn: { Ref: "OperatorTopic" }, Protocol: "email", Endpoint },
    },
  };
};
