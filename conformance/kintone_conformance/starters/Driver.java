// Drives a client for kintone-conformance, over kc/1. It passes values; it encodes and checks nothing.
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.*;
import java.io.*;
import java.net.URI;
import java.net.http.*;
import java.nio.charset.StandardCharsets;
import java.util.*;

public class Driver {
    static final ObjectMapper JSON = new ObjectMapper();

    // ---- Your SDK: import it, in place of this stand-in ----
    static class SdkError extends RuntimeException {
        final String code, id;

        SdkError(JsonNode body) {
            super(body.path("message").asText());
            code = body.path("code").asText();
            id = body.path("id").asText();
        }
    }

    record Sdk(String baseUrl, String token, Long guestSpaceId) {
        Sdk {
            if (!token.matches("[!-~]+")) throw new IllegalArgumentException("a token is printable ASCII");
            URI base = URI.create(baseUrl);
            if ("http".equalsIgnoreCase(base.getScheme()) && !List.of("localhost", "127.0.0.1").contains(base.getHost())) throw new IllegalArgumentException("credentials are not sent over plain http");
            if (guestSpaceId != null && guestSpaceId < 1) throw new IllegalArgumentException("a guest space has a positive id");
        }

        JsonNode getRecord(long app, long id) throws Exception {
            String root = guestSpaceId == null ? "/k/v1" : "/k/guest/" + guestSpaceId + "/v1";
            URI url = URI.create(baseUrl).resolve(root + "/record.json?app=" + app + "&id=" + id);
            HttpRequest request = HttpRequest.newBuilder(url).header("X-Cybozu-API-Token", token).build();
            HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            JsonNode body;
            try {
                body = JSON.readTree(answer.body());
            } catch (JsonProcessingException error) {
                throw new IllegalStateException("HTTP " + answer.statusCode() + " without an answer of Kintone");
            }
            if (answer.statusCode() != 200) throw new SdkError(body);
            return body.path("record");
        }
    }
    // ---- until here ----

    static final Map<String, Object> HELLO = Map.of(
        "protocol", 1,
        "sdk", Map.of("name", "my-sdk", "version", "0.0.0", "language", "java"),
        "supports", List.of("auth.token", "guest"), // what the SDK can do; all names: kintone-conformance names
        "calls", List.of("record.get"), // each is made below
        "doors", List.of("loopback"), // how it can be reached, best first
        "noGuest", List.of()); // what your documentation calls "no guest space"

    // What the SDK's methods take. Another parameter is answered with "unsupported", and never left out.
    static final Map<String, List<String>> TAKES = Map.of("record.get", List.of("app", "id"));

    static Map<String, Object> outcome(JsonNode message) {
        if (message.path("op").asText().equals("hello")) return HELLO;
        JsonNode client = message.path("client"), params = message.path("call").path("params");
        JsonNode guest = client.get("guestSpaceId");
        if (guest != null && !(guest.isIntegralNumber() && guest.canConvertToLong())) return Map.of("outcome", "unsupported", "reason", "a guest space id is a long");
        String api = message.at("/call/api").asText();
        List<String> others = new ArrayList<>();
        params.fieldNames().forEachRemaining(others::add);
        others.removeAll(TAKES.get(api));
        if (!others.isEmpty()) return Map.of("outcome", "unsupported", "reason", api + " does not take " + String.join(", ", others));
        try {
            Sdk sdk = new Sdk(client.path("baseUrl").asText(), client.at("/auth/tokens/0").asText(), guest == null ? null : guest.asLong());
            switch (api) {
                case "record.get" -> sdk.getRecord(params.path("app").asLong(), params.path("id").asLong());
            }
            return Map.of("outcome", "sent");
        } catch (Exception error) {
            StringWriter text = new StringWriter();
            error.printStackTrace(new PrintWriter(text));
            Map<String, Object> told = new HashMap<>(Map.of("type", error.getClass().getName(), "text", text.toString(), "message", String.valueOf(error.getMessage())));
            if (error instanceof SdkError failed) told.putAll(Map.of("code", failed.code, "id", failed.id));
            return Map.of("outcome", "refused", "error", told);
        }
    }

    public static void main(String[] args) throws IOException {
        PrintStream answers = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        System.setOut(System.err); // what the SDK prints goes to standard error
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = lines.readLine()) != null; ) {
            JsonNode message = JSON.readTree(line);
            Map<String, Object> answer = new HashMap<>(outcome(message));
            answer.put("id", message.path("id").asInt());
            answers.print(JSON.writeValueAsString(answer) + "\n");
            answers.flush();
        }
    }
}
