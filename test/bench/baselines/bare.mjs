/** Built-in fetch, the key in the environment, and no library. */
export const handler = async ({ pathParameters }) => {
  const path = `/v1/memberships/${pathParameters.customerId}/self-service/contract-data`;
  const answer = await fetch(process.env.UPSTREAM_URL + path, { headers: { "x-api-key": process.env.UPSTREAM_KEY } });
  return {
    statusCode: answer.status,
    headers: { "content-type": "application/json" },
    body: await answer.text(),
  };
};
