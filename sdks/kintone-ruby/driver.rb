# Drives the gem kintone as published, over kc/1.
require_relative "../kc1"
require "base64"
require "kintone"
require "tempfile"

def opened(client)
  host = client["baseUrl"].delete_prefix("https://")
  raise Unsupported, "it takes a host, not a base URL" if host.match?(%r{[/?#]})
  auth = client["auth"]
  given = auth["kind"] == "password" ? [auth["login"], auth["password"]] : [auth["tokens"][0]]
  api = Kintone::Api.new(host, *given)
  client.key?("guestSpaceId") ? api.guest(client["guestSpaceId"]) : api
end

def uploaded(api, params)
  Tempfile.create("upload", binmode: true) do |file|
    file.write(Base64.strict_decode64(params["contentBase64"]))
    file.flush
    api.file.register(file.path, "application/octet-stream", params["name"])
  end
end

drive(
  hello: {
    sdk: { name: "kintone (Ruby)", version: "0.1.5", language: "ruby", url: "https://github.com/jue58/kintone" },
    supports: %w[auth.password auth.token guest guest.text handles],
    doors: %w[tls namespace proxy],
    parameters: %w[record.update.revision records.update.updateKey records.update.revision records.delete.revisions],
  },
  open: method(:opened),
  calls: {
    "record.get" => ->(api, p) { api.record.get(p["app"], p["id"]) },
    "record.add" => ->(api, p) { api.record.register(p["app"], p["record"]) },
    "record.update" => ->(api, p) { api.record.update(p["app"], p["id"], p["record"], revision: p["revision"]) },
    "records.get" => ->(api, p) { api.records.get(p["app"], p["query"], p["fields"], total_count: p.fetch("totalCount", false)) },
    "records.add" => ->(api, p) { api.records.register(p["app"], p["records"]) },
    "records.update" => ->(api, p) { api.records.update(p["app"], p["records"]) },
    "records.delete" => ->(api, p) { api.records.delete(p["app"], p["ids"], revisions: p["revisions"]) },
    "file.upload" => method(:uploaded),
    "file.download" => ->(api, p) { api.file.get(p["fileKey"]) },
    "app.get" => ->(api, p) { api.app.get(p["id"]) },
  },
  told: ->(error) { error.is_a?(Kintone::KintoneError) ? { code: error.code, id: error.id, message: error.message_text } : {} },
)
