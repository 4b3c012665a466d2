declare module "osls/lib/plugins/aws/lib/naming.js" {
  /** The logical ids that osls gives to the resources that it creates. */
  const naming: {
    getNormalizedFunctionName(functionName: string): string;
    getLambdaLogicalId(functionName: string): string;
    getLogGroupLogicalId(functionName: string): string;
    getHttpApiRouteLogicalId(routeKey: string): string;
  };
  export default naming;
}
