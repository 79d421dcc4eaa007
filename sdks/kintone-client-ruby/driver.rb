# Drives the gem kintone-client as published, over kc/1.
require_relative "../kc1"
require "kintone/client"

def opened(client)
  auth = client["auth"]
  given = auth["kind"] == "password" ? { login_name: auth["login"], password: auth["password"] } : { api_token: auth["tokens"][0] }
  Kintone::Client.new(url: client["baseUrl"], **given)
end

drive(
  hello: {
    sdk: { name: "kintone-client (Ruby)", version: "0.1.6", language: "ruby", url: "https://github.com/tokubai/kintone-client" },
    supports: %w[auth.password auth.token handles],
    doors: %w[loopback tls],
    parameters: %w[
      record.update.updateKey record.update.revision
      records.update.updateKey records.update.revision records.update.upsert records.delete.revisions
    ],
  },
  open: method(:opened),
  calls: {
    "record.get" => ->(sdk, p) { sdk.record.get(p) },
    "record.add" => ->(sdk, p) { sdk.record.post_json(p) },
    "record.update" => ->(sdk, p) { sdk.record.put_json(p) },
    "records.get" => ->(sdk, p) { sdk.records.get(p) },
    "records.add" => ->(sdk, p) { sdk.records.post_json(p) },
    "records.update" => ->(sdk, p) { sdk.records.put_json(p) },
    "records.delete" => ->(sdk, p) { sdk.records.delete_json(p) },
    "app.get" => ->(sdk, p) { sdk.app.get(p) },
    "apps.get" => ->(sdk, p) { sdk.apps.get(p) },
    "app.form.fields.get" => ->(sdk, p) { sdk.app.form.fields.get(p) },
    "space.get" => ->(sdk, p) { sdk.space.get(p) },
  },
  told: lambda do |error|
    answered = error.is_a?(Kintone::Error) ? error.response : {}
    { code: answered["code"], id: answered["id"], message: answered["message"] }
  end,
)
