import naming from "osls/lib/plugins/aws/lib/naming.js";
import { metricsNamespace, operationsOf, type Variables } from "./variables.ts";

/** What somebody asks at night, in the language of CloudWatch Logs Insights. `<…>` is for the reader to replace. */
export const questions: Readonly<Record<string, readonly string[]>> = {
  "who called": [
    "filter ispresent(clientId)",
    "stats count(*) as requests, sum(status >= 500) as failed, avg(durationMs) as meanMs by clientId, operation",
    "sort requests desc",
  ],
  "who read whom": [
    "filter ispresent(subject) and status < 400",
    "stats count_distinct(subject) as records, count(*) as requests by clientId, studioId",
    "sort records desc",
  ],
  "whose record": [
    "filter subject = '<pseudonym>'",
    "fields time, operation, status, clientId, studioId, requestId",
    "sort time desc",
  ],
  "what failed": [
    "filter status >= 500",
    "fields time, operation, code, outcome, studioId, upstreamStatus, tries, requestId",
    "sort time desc",
  ],
  "one request": [
    "filter requestId = '<x-request-id>' or lambdaRequestId = '<x-request-id>'",
    "fields time, operation, status, code, reason, clientId, studioId, upstreamMs, durationMs, traceparent, xrayTraceId",
  ],
  "writes in doubt": [
    "filter outcome = 'unknown' or settledBy = 'reading'",
    "fields time, operation, clientId, studioId, settledBy, idempotency, upstreamStatus, requestId",
    "sort time desc",
  ],
  "the upstream by status": [
    "filter ispresent(upstreamMs)",
    "stats count(*) as calls, avg(upstreamMs) as meanMs, pct(upstreamMs, 99) as p99Ms, max(tries) as mostTries by operation, upstreamStatus",
    "sort calls desc",
  ],
};

/** Saved queries over the logs of all operations. They appear in CloudWatch under the stage's name. */
export const queries = async (variables: Variables) => {
  const LogGroupNames = (await operationsOf(variables)).map((name) => ({ Ref: naming.getLogGroupLogicalId(name) }));
  const entries = Object.entries(questions).map(([name, lines], place) => [
    `Query${place + 1}`,
    {
      Type: "AWS::Logs::QueryDefinition",
      Properties: {
        Name: { "Fn::Sub": `\${AWS::StackName}/${name}` },
        LogGroupNames,
        QueryString: lines.join("\n| "),
      },
    },
  ]);
  return Object.fromEntries(entries);
};

type Metric = readonly [namespace: string, name: string, ...rest: readonly (string | object)[]] | readonly [object];

/** The dashboard's rows, from top to bottom, each with the metrics of its graphs. */
const rowsOf = (own: string): Readonly<Record<string, readonly (readonly Metric[])[]>> => {
  const api = (name: string, stat: string): Metric => ["AWS/ApiGateway", name, "ApiId", "${HttpApi}", { stat }];
  const sum = (name: string): Metric => [own, name, { stat: "Sum" }];
  const byOperation = (name: string, stat: string): Metric => [
    { expression: `SEARCH('{${own},operation} MetricName="${name}"', '${stat}', 300)` },
  ];
  const byClass = (stat: string): Metric => [
    { expression: `SEARCH('{${own},operation,statusClass} MetricName="durationMs"', '${stat}', 300)` },
  ];
  return {
    "Are partners served?": [
      [api("Count", "Sum"), api("4xx", "Sum"), api("5xx", "Sum"), sum("Refused")],
      [api("Latency", "p50"), api("Latency", "p99")],
      [byClass("SampleCount")],
      [byClass("p99")],
    ],
    "Is the upstream well?": [
      [sum("KeyRejected"), sum("Forbidden"), sum("StudiosStale"), sum("Drift")],
      [byOperation("upstreamMs", "p99")],
    ],
    "Is a write in doubt?": [
      [sum("OutcomeUnknown")],
      [[own, "EventsWaiting", { stat: "Maximum" }], sum("EventsMalformed")],
    ],
    "Are reminders out?": [
      [sum("RemindersPublished"), sum("MembersChecked"), sum("MembersForbidden")],
      [sum("RemindersFailed"), sum("RunsUnfinished")],
    ],
    "What does it cost?": [
      [
        ["AWS/Lambda", "Invocations", { stat: "Sum" }],
        ["AWS/Lambda", "Throttles", { stat: "Sum" }],
      ],
      [["AWS/Lambda", "ConcurrentExecutions", { stat: "Maximum" }]],
    ],
  };
};

/** CloudWatch's dashboards are 24 units wide. */
const [wide, high] = [24, 6];

const widgetsOf = (title: string, graphs: readonly (readonly Metric[])[], row: number) => [
  { type: "text", x: 0, y: row * (high + 1), width: wide, height: 1, properties: { markdown: `## ${title}` } },
  ...graphs.map((metrics, column) => ({
    type: "metric",
    x: column * (wide / graphs.length),
    y: row * (high + 1) + 1,
    width: wide / graphs.length,
    height: high,
    properties: { metrics, region: "${AWS::Region}", period: 300, view: "timeSeries" },
  })),
];

/** One dashboard for the stage, for somebody who was woken. Lambda's own metrics are of the whole account and region. */
export const dashboard = async (variables: Variables) => {
  const rows = Object.entries(rowsOf(await metricsNamespace(variables)));
  const widgets = rows.flatMap(([title, graphs], row) => widgetsOf(title, graphs, row));
  return {
    Dashboard: {
      Type: "AWS::CloudWatch::Dashboard",
      Properties: {
        DashboardName: { Ref: "AWS::StackName" },
        DashboardBody: { "Fn::Sub": JSON.stringify({ widgets }) },
      },
    },
  };
};
