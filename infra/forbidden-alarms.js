import naming from "osls/lib/plugins/aws/lib/naming.js";

const dayInSeconds = 86_400;

/** One metric of an alarm's expression. */
const metric = (Id, { Namespace, MetricName, dimension, Stat }) => {
  const [Name, Value] = dimension;
  const Metric = { Namespace, MetricName, Dimensions: [{ Name, Value }] };
  return { Id, ReturnData: false, MetricStat: { Metric, Stat, Period: dayInSeconds } };
};

/** One customer whom the upstream closes an operation to is her own matter; here it is most requests, and not hers alone. */
const alarmOf = (name, Namespace) => {
  const own = { Namespace, dimension: ["operation", name] };
  const lambda = { Namespace: "AWS/Lambda", dimension: ["FunctionName", { Ref: naming.getLambdaLogicalId(name) }] };
  return {
    Type: "AWS::CloudWatch::Alarm",
    Properties: {
      AlarmDescription: `The upstream answers most requests of ${name} with 403. Check that the studio's key has the scope for it.`,
      Metrics: [
        { Id: "isPattern", Expression: "IF(forbidden > invocations / 2 AND highest > lowest, 1, 0)" },
        metric("forbidden", { ...own, MetricName: "Forbidden", Stat: "Sum" }),
        metric("lowest", { ...own, MetricName: "ForbiddenTo", Stat: "Minimum" }),
        metric("highest", { ...own, MetricName: "ForbiddenTo", Stat: "Maximum" }),
        metric("invocations", { ...lambda, MetricName: "Invocations", Stat: "Sum" }),
      ],
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      TreatMissingData: "notBreaching",
      AlarmActions: [{ Ref: "OperatorTopic" }],
      OKActions: [{ Ref: "OperatorTopic" }],
    },
  };
};

/** An alarm for each operation that partners may call. */
export const Resources = async ({ resolveConfigurationProperty, resolveVariable }) => {
  const functions = Object.assign({}, ...(await resolveConfigurationProperty(["functions"])));
  const namespace = `${await resolveConfigurationProperty(["service"])}/${await resolveVariable("sls:stage")}`;
  const operations = Object.entries(functions).filter(([, { events }]) =>
    events.some(({ httpApi }) => httpApi?.authorizer),
  );
  return Object.fromEntries(
    operations.map(([name]) => [`${naming.getNormalizedFunctionName(name)}ForbiddenAlarm`, alarmOf(name, namespace)]),
  );
};
