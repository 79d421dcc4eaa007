# Drives the gem kintone as published, over kc/1.
require_relative "../kc1"
require "base64"
require "kintone"
require "tempfile"

# Its README leaves the path of an inner request to the user; the object knows how paths begin.
INNER = {
  "record.add" => %w[POST record],
  "record.update" => %w[PUT record],
  "records.add" => %w[POST records],
  "records.update" => %w[PUT records],
  "records.delete" => %w[DELETE records],
}.freeze

def bulk(api, params)
  requests = params["requests"].map do |inner|
    method, command = INNER.fetch(inner["api"])
    { "method" => method, "api" => api.get_url(command), "payload" => inner["params"] }
  end
  api.bulk.request(requests)
end

# Some APIs are there outside of guest spaces only, others in a guest space only.
def command(api, name)
  raise Unsupported, "#{api.class} has no #{name}" unless api.respond_to?(name)
  api.public_send(name)
end

def template(api, p)
  raise Unsupported, "create takes no isPrivate" if p.key?("isPrivate")
  options = { is_guest: p["isGuest"], fixed_member: p["fixedMember"] }.compact
  command(api, :template_space).create(p["id"], p["name"], p["members"], **options)
end

def opened(client)
  host = client["baseUrl"].delete_prefix("https://")
  raise Unsupported, "it takes a host, not a base URL" if host.match?(%r{[/?#]})
  auth = client["auth"]
  given = auth["kind"] == "password" ? [auth["login"], auth["password"]] : [auth["tokens"][0]]
  gate = client["basic"]
  connected = gate && ->(connection) { connection.basic_auth(gate["user"], gate["password"]) }
  api = Kintone::Api.new(host, *given, &connected)
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
    supports: %w[auth.password auth.token basic guest guest.text handles],
    doors: %w[tls namespace proxy],
    parameters: %w[
      record.update.revision records.update.updateKey records.update.revision records.delete.revisions
      bulkRequest.updateKey bulkRequest.revision bulkRequest.revisions bulkRequest.upsert
    ],
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
    "bulkRequest" => method(:bulk),
    "app.get" => ->(api, p) { api.app.get(p["id"]) },
    "apps.get" => ->(api, p) { api.apps.get(p) },
    "apis.get" => ->(api, _) { command(api, :apis).get },
    "space.get" => ->(api, p) { api.space.get(p["id"]) },
    "guests.add" => ->(api, p) { command(api, :guests).register(p["guests"]) },
    "space.guests.update" => ->(api, p) { command(api, :space_guests).update(p["id"], p["guests"]) },
    "template.space.add" => method(:template),
    "form.get" => ->(api, p) { api.form.get(p["app"]) },
    "preview.form.get" => ->(api, p) { api.preview_form.get(p["app"]) },
    "space.delete" => ->(api, p) { api.space.delete(p["id"]) },
    "space.body.update" => ->(api, p) { api.space_body.update(p["id"], p["body"]) },
    "space.members.get" => ->(api, p) { api.space_members.get(p["id"]) },
    "space.members.update" => ->(api, p) { api.space_members.update(p["id"], p["members"]) },
    "space.thread.update" => ->(api, p) { api.space_thread.update(p["id"], name: p["name"], body: p["body"]) },
  },
  told: ->(error) { error.is_a?(Kintone::KintoneError) ? { code: error.code, id: error.id, message: error.message_text } : {} },
)
