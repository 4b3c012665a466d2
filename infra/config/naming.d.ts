declare module "osls/lib/plugins/aws/lib/naming.js" {
  /** The logical ids that osls gives to what it makes. */
  const naming: {
    getNormalizedFunctionName(functionName: string): string;
    getLambdaLogicalId(functionName: string): string;
    getLogGroupLogicalId(functionName: string): string;
    getHttpApiRouteLogicalId(routeKey: string): string;
  };
  export default naming;
}
