# The protocol kc/1 for the Ruby drivers of this folder: the loop, the handles, the errors.
require "json"

ANSWERS = $stdout.dup
$stdout.reopen($stderr) # standard output belongs to the protocol

# What a driver raises for an input that its SDK cannot hold.
class Unsupported < StandardError; end

# A text of any encoding as UTF-8: what an SDK makes of an answer's bytes may be none.
def readable(text)
  text.to_s.dup.force_encoding(Encoding::UTF_8).scrub
end

# Answers the lines of standard input. `hello` is what the driver declares, `open` a callable that
# makes one SDK object, `calls` a Hash of callables, `told` gives Kintone's fields of an error.
def drive(hello:, open:, calls:, told: ->(_) { {} })
  objects = {}
  $stdin.set_encoding(Encoding::UTF_8)
  $stdin.each_line do |line|
    message = JSON.parse(line)
    id = message["id"]
    answer =
      begin
        case message["op"]
        when "hello"
          # Where the driver declares handles, it can show what they stand for.
          hello = { **hello, supports: hello[:supports] | %w[show] } if hello[:supports].include?("handles")
          { protocol: 1, noGuest: [], calls: calls.keys }.merge(hello)
        when "open"
          objects[id] = open.call(message["client"])
          { handle: id }
        when "send"
          call = message["call"]
          calls.fetch(call["api"]).call(objects.fetch(message["handle"]), call["params"])
          { outcome: "sent" }
        when "show" then { outcome: "sent", text: readable(objects.fetch(message["handle"]).inspect) }
        else
          objects.delete(message["handle"])
          { outcome: "sent" }
        end
      rescue Unsupported => e
        { outcome: "unsupported", reason: e.message }
      rescue StandardError => e
        fields = { message: e.message }.merge(told.call(e)).compact.transform_values { |value| readable(value) }
        { outcome: "refused", error: { type: e.class.name, text: readable(e.full_message(highlight: false)) + readable(e.inspect), **fields } }
      end
    ANSWERS.write(JSON.generate({ id: id }.merge(answer)), "\n")
    ANSWERS.flush
  end
end
