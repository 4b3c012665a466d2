import naming from "osls/lib/plugins/aws/lib/naming.js";
import { metricsNamespace, operationsOf, type Variables } from "./variables.ts";

const dayInSeconds = 86_400;

interface Metric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly dimension: { readonly Name: string; readonly Value: unknown };
  readonly Stat: "Sum" | "Minimum" | "Maximum";
}

/** One metric of an alarm's expression. */
const metric = (Id: string, { Namespace, MetricName, dimension, Stat }: Metric) => {
  const Metric = { Namespace, MetricName, Dimensions: [dimension] };
  return { Id, ReturnData: false, MetricStat: { Metric, Stat, Period: dayInSeconds } };
};

/** The alarm is for a key without a scope: most requests of an operation get 403, and not only those for one customer. */
const alarmOf = (name: string, Namespace: string) => {
  const own = { Namespace, dimension: { Name: "operation", Value: name } };
  const lambda = {
    Namespace: "AWS/Lambda",
    dimension: { Name: "FunctionName", Value: { Ref: naming.getLambdaLogicalId(name) } },
  };
  return {
    Type: "AWS::CloudWatch::Alarm",
    Properties: {
      AlarmDescription: `The upstream answers most requests of ${name} with 403. Check that the studio's key has the scope for it. Runbook: docs/runbook.md#operationforbidden`,
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
export const alarms = async (variables: Variables) => {
  const [operations, namespace] = [await operationsOf(variables), await metricsNamespace(variables)];
  return Object.fromEntries(
    operations.map((name) => [`${naming.getNormalizedFunctionName(name)}ForbiddenAlarm`, alarmOf(name, namespace)]),
  );
};
