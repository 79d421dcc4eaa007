// Drives @kintone/rest-api-client as published, over kc/1.
import { checkGuest, drive } from "../kc1.mjs";
import { KintoneRestAPIClient } from "@kintone/rest-api-client";
import { calls, parameters } from "./calls.mjs";

const credentials = {
  password: ({ login, password }) => ({ username: login, password }),
  token: ({ tokens }) => ({ apiToken: tokens.length === 1 ? tokens[0] : tokens }),
  oauth: ({ accessToken }) => ({ oAuthToken: accessToken }),
};

function open(client) {
  checkGuest(client, ["number", "string"]);
  const { baseUrl, auth, basic } = client;
  const options = { baseUrl, auth: credentials[auth.kind](auth) };
  if (basic) options.basicAuth = { username: basic.user, password: basic.password };
  if ("guestSpaceId" in client) options.guestSpaceId = client.guestSpaceId;
  return new KintoneRestAPIClient(options);
}

await drive({
  hello: {
    sdk: {
      name: "@kintone/rest-api-client",
      version: KintoneRestAPIClient.version,
      language: "node",
      url: "https://github.com/kintone/js-sdk",
    },
    supports: ["auth.password", "auth.token", "auth.token.many", "auth.oauth", "basic", "guest", "guest.text", "handles"],
    doors: ["loopback", "tls"],
    parameters,
  },
  open,
  calls: {
    ...calls,
    "file.upload": (sdk, { name, contentBase64 }) =>
      sdk.file.uploadFile({ file: { name, data: Buffer.from(contentBase64, "base64") } }),
  },
  told: ({ message, code, id }) => ({ message, code, id }),
});
