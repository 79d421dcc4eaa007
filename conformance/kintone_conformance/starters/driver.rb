# Drives a client for kintone-conformance, over kc/1. It passes values; it encodes and checks nothing.
require "json"
require "net/http"

# ---- Your SDK: require it here, in place of this stand-in ----
class SdkError < StandardError
  attr_reader :fields

  def initialize(fields)
    @fields = fields
    super(fields["message"])
  end
end

class Sdk
  def initialize(base_url, token, guest_space_id = nil)
    raise ArgumentError, "a token is printable ASCII" unless token.match?(/\A[!-~]+\z/)
    raise ArgumentError, "a guest space has a positive id" unless guest_space_id.nil? || guest_space_id.to_s.match?(/\A[1-9][0-9]*\z/)
    @base = URI(base_url)
    raise ArgumentError, "credentials are not sent over plain http" if @base.scheme == "http" && !%w[localhost 127.0.0.1].include?(@base.host)
    @root = guest_space_id ? "/k/guest/#{guest_space_id}/v1" : "/k/v1"
    @headers = { "X-Cybozu-API-Token" => token }
  end

  def get_record(params)
    http = Net::HTTP.new(@base.hostname, @base.port)
    answer = http.get("#{@root}/record.json?#{URI.encode_www_form(params)}", @headers)
    body = begin
      JSON.parse(answer.body.to_s)
    rescue JSON::ParserError
      raise SdkError.new({ "message" => "HTTP #{answer.code} without an answer of Kintone" })
    end
    raise SdkError, body unless answer.code == "200"
    body.fetch("record")
  end
end
# ---- until here ----

answers = $stdout.dup
$stdout.reopen($stderr) # what the SDK prints goes to standard error
$stdin.set_encoding(Encoding::UTF_8)

HELLO = {
  protocol: 1,
  sdk: { name: "my-sdk", version: "0.0.0", language: "ruby" },
  supports: ["auth.token", "guest", "guest.text"], # what the SDK can do; all names: kintone-conformance names
  calls: ["record.get"], # each is made below
  doors: ["loopback"], # how it can be reached, best first
  noGuest: [nil], # what your documentation calls "no guest space"
}.freeze

# What the SDK's methods take. Another parameter is answered with "unsupported", and never left out.
TAKES = { "record.get" => %w[app id] }.freeze

def outcome(message)
  return HELLO if message["op"] == "hello"
  client, call = message.values_at("client", "call")
  others = call["params"].keys - TAKES.fetch(call["api"])
  return { outcome: "unsupported", reason: "#{call["api"]} does not take #{others.join(", ")}" } if others.any?
  sdk = Sdk.new(client["baseUrl"], client["auth"]["tokens"][0], client["guestSpaceId"])
  case call["api"]
  when "record.get" then sdk.get_record(call["params"])
  end
  { outcome: "sent" }
rescue StandardError => e
  told = e.respond_to?(:fields) ? e.fields.slice("code", "id") : {}
  { outcome: "refused", error: { type: e.class.name, text: e.full_message(highlight: false), message: e.message, **told } }
end

$stdin.each_line do |line|
  message = JSON.parse(line)
  answers.puts(JSON.generate({ id: message["id"], **outcome(message) }))
  answers.flush
end
