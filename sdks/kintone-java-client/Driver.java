// Drives kintone-java-client as published, over kc/1.
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.kintone.client.KintoneClient;
import com.kintone.client.KintoneClientBuilder;
import com.kintone.client.api.app.GetAppsRequest;
import com.kintone.client.api.common.BulkRequestsRequest;
import com.kintone.client.api.common.DownloadFileRequest;
import com.kintone.client.api.common.UploadFileRequest;
import com.kintone.client.api.record.AddRecordRequest;
import com.kintone.client.api.record.AddRecordsRequest;
import com.kintone.client.api.record.CreateCursorRequest;
import com.kintone.client.api.record.DeleteRecordsRequest;
import com.kintone.client.api.record.GetRecordsRequest;
import com.kintone.client.api.record.UpdateRecordRequest;
import com.kintone.client.api.record.UpdateRecordsRequest;
import com.kintone.client.exception.KintoneApiRuntimeException;
import com.kintone.client.model.record.CheckBoxFieldValue;
import com.kintone.client.model.record.FieldValue;
import com.kintone.client.model.record.Record;
import com.kintone.client.model.record.RecordForUpdate;
import com.kintone.client.model.record.SingleLineTextFieldValue;
import com.kintone.client.model.record.UpdateKey;
import com.kintone.client.model.space.GuestUser;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.TreeMap;

public class Driver {
  interface Call {
    void send(KintoneClient sdk, JsonNode params) throws Exception;
  }

  static final ObjectMapper JSON = new ObjectMapper();
  static final Map<String, Call> CALLS = new TreeMap<>();

  static {
    CALLS.put("record.get", (sdk, p) -> sdk.record().getRecord(app(p), p.get("id").asLong()));
    CALLS.put("record.add", (sdk, p) -> sdk.record().addRecord(app(p), record(p.get("record"))));
    CALLS.put("record.update", (sdk, p) -> sdk.record().updateRecord(update(p)));
    CALLS.put("records.get", (sdk, p) -> sdk.record().getRecords(search(p)));
    CALLS.put("records.add", (sdk, p) -> sdk.record().addRecords(app(p), records(p)));
    CALLS.put("records.update", (sdk, p) -> sdk.record().updateRecords(app(p), updates(p)));
    CALLS.put("records.delete", (sdk, p) -> deleteRecords(sdk, p));
    CALLS.put("cursor.create", (sdk, p) -> sdk.record().createCursor(cursor(p)));
    CALLS.put("cursor.get", (sdk, p) -> sdk.record().getRecordsByCursor(p.get("id").asText()));
    CALLS.put("cursor.delete", (sdk, p) -> sdk.record().deleteCursor(p.get("id").asText()));
    CALLS.put("file.upload", (sdk, p) -> sdk.file().uploadFile(upload(p)));
    CALLS.put("file.download", (sdk, p) -> download(sdk, p.get("fileKey").asText()));
    CALLS.put("bulkRequest", (sdk, p) -> sdk.bulkRequests(bulk(p)));
    CALLS.put("apps.get", (sdk, p) -> sdk.app().getApps(apps(p)));
    CALLS.put("guests.add", (sdk, p) -> sdk.space().addGuests(guests(p)));
    CALLS.put("app.get", (sdk, p) -> sdk.app().getApp(p.get("id").asLong()));
    CALLS.put("app.form.fields.get", (sdk, p) -> sdk.app().getFormFields(app(p)));
    CALLS.put("preview.app.form.fields.get", (sdk, p) -> sdk.app().getFormFieldsPreview(app(p)));
    CALLS.put("space.get", (sdk, p) -> sdk.space().getSpace(p.get("id").asLong()));
    CALLS.put(
        "space.guests.update",
        (sdk, p) -> sdk.space().updateSpaceGuests(p.get("id").asLong(), texts(p.get("guests"))));
  }

  static long app(JsonNode params) {
    return params.get("app").asLong();
  }

  static Record record(JsonNode values) {
    Record record = new Record();
    values
        .fields()
        .forEachRemaining(
            field ->
                record.putField(field.getKey(), fieldValue(field.getValue().get("value"))));
    return record;
  }

  /** A text or texts. What other kind a value is says an app's form, and nothing here knows one. */
  static FieldValue fieldValue(JsonNode value) {
    return value.isArray()
        ? new CheckBoxFieldValue(texts(value))
        : new SingleLineTextFieldValue(value.textValue());
  }

  static List<Record> records(JsonNode params) {
    List<Record> records = new ArrayList<>();
    params.get("records").forEach(each -> records.add(record(each)));
    return records;
  }

  static List<RecordForUpdate> updates(JsonNode params) {
    List<RecordForUpdate> updates = new ArrayList<>();
    for (JsonNode each : params.get("records")) updates.add(updateOf(each));
    return updates;
  }

  static RecordForUpdate updateOf(JsonNode each) {
    Record record = record(each.get("record"));
    JsonNode revision = each.path("revision");
    if (each.has("updateKey")) {
      UpdateKey key = key(each);
      return revision.isMissingNode()
          ? new RecordForUpdate(key, record)
          : new RecordForUpdate(key, record, revision.asLong());
    }
    long id = each.get("id").asLong();
    return revision.isMissingNode()
        ? new RecordForUpdate(id, record)
        : new RecordForUpdate(id, record, revision.asLong());
  }

  static UpdateKey key(JsonNode params) {
    JsonNode key = params.get("updateKey");
    return new UpdateKey(key.get("field").asText(), key.get("value").asText());
  }

  static UpdateRecordRequest update(JsonNode params) {
    UpdateRecordRequest request =
        new UpdateRecordRequest().setApp(app(params)).setRecord(record(params.get("record")));
    if (params.has("id")) request.setId(params.get("id").asLong());
    if (params.has("updateKey")) request.setUpdateKey(key(params));
    if (params.has("revision")) request.setRevision(params.get("revision").asLong());
    return request;
  }

  static void deleteRecords(KintoneClient sdk, JsonNode params) {
    if (params.has("revisions")) {
      sdk.record().deleteRecords(app(params), numbers(params.get("ids")), numbers(params.get("revisions")));
    } else {
      sdk.record().deleteRecords(app(params), numbers(params.get("ids")));
    }
  }

  static BulkRequestsRequest bulk(JsonNode params) {
    BulkRequestsRequest bulk = new BulkRequestsRequest();
    for (JsonNode each : params.get("requests")) register(bulk, each.get("api").asText(), each.get("params"));
    return bulk;
  }

  static void register(BulkRequestsRequest bulk, String api, JsonNode p) {
    switch (api) {
      case "record.add":
        bulk.registerAddRecord(new AddRecordRequest().setApp(app(p)).setRecord(record(p.get("record"))));
        break;
      case "record.update":
        bulk.registerUpdateRecord(update(p));
        break;
      case "records.add":
        bulk.registerAddRecords(new AddRecordsRequest().setApp(app(p)).setRecords(records(p)));
        break;
      case "records.update":
        bulk.registerUpdateRecords(new UpdateRecordsRequest().setApp(app(p)).setRecords(updates(p)));
        break;
      case "records.delete":
        DeleteRecordsRequest delete =
            new DeleteRecordsRequest().setApp(app(p)).setIds(numbers(p.get("ids")));
        if (p.has("revisions")) delete.setRevisions(numbers(p.get("revisions")));
        bulk.registerDeleteRecords(delete);
        break;
      default:
        throw new IllegalStateException(api + " is not declared");
    }
  }

  static GetAppsRequest apps(JsonNode params) {
    GetAppsRequest request = new GetAppsRequest();
    if (params.has("ids")) request.setIds(numbers(params.get("ids")));
    if (params.has("codes")) request.setCodes(texts(params.get("codes")));
    if (params.has("name")) request.setName(params.get("name").asText());
    if (params.has("spaceIds")) request.setSpaceIds(numbers(params.get("spaceIds")));
    if (params.has("limit")) request.setLimit(params.get("limit").asLong());
    if (params.has("offset")) request.setOffset(params.get("offset").asLong());
    return request;
  }

  static List<GuestUser> guests(JsonNode params) {
    List<GuestUser> guests = new ArrayList<>();
    params.get("guests").forEach(each -> guests.add(guest(each)));
    return guests;
  }

  static GuestUser guest(JsonNode given) {
    GuestUser guest = new GuestUser();
    guest.setCode(given.path("code").textValue());
    guest.setPassword(given.path("password").textValue());
    guest.setTimezone(TimeZone.getTimeZone(given.get("timezone").asText()));
    guest.setName(given.path("name").textValue());
    guest.setLocale(given.path("locale").textValue());
    guest.setImage(given.path("image").textValue());
    guest.setSurNameReading(given.path("surNameReading").textValue());
    guest.setGivenNameReading(given.path("givenNameReading").textValue());
    guest.setCompany(given.path("company").textValue());
    guest.setDivision(given.path("division").textValue());
    guest.setPhone(given.path("phone").textValue());
    guest.setCallto(given.path("callto").textValue());
    return guest;
  }

  static List<Long> numbers(JsonNode values) {
    List<Long> numbers = new ArrayList<>();
    values.forEach(value -> numbers.add(value.asLong()));
    return numbers;
  }

  static List<String> texts(JsonNode values) {
    List<String> texts = new ArrayList<>();
    values.forEach(value -> texts.add(value.asText()));
    return texts;
  }

  static GetRecordsRequest search(JsonNode params) {
    GetRecordsRequest request = new GetRecordsRequest().setApp(app(params));
    if (params.has("query")) request.setQuery(params.get("query").asText());
    if (params.has("fields")) request.setFields(texts(params.get("fields")));
    if (params.has("totalCount")) request.setTotalCount(params.get("totalCount").asBoolean());
    return request;
  }

  static CreateCursorRequest cursor(JsonNode params) {
    CreateCursorRequest request = new CreateCursorRequest().setApp(app(params));
    if (params.has("query")) request.setQuery(params.get("query").asText());
    if (params.has("fields")) request.setFields(texts(params.get("fields")));
    if (params.has("size")) request.setSize(params.get("size").asLong());
    return request;
  }

  static UploadFileRequest upload(JsonNode params) {
    byte[] content = Base64.getDecoder().decode(params.get("contentBase64").asText());
    return new UploadFileRequest()
        .setFilename(params.get("name").asText())
        .setContentType("application/octet-stream")
        .setContent(new ByteArrayInputStream(content));
  }

  static void download(KintoneClient sdk, String key) throws Exception {
    DownloadFileRequest request = new DownloadFileRequest();
    request.setFileKey(key);
    sdk.file().downloadFile(request).getContent().readAllBytes();
  }

  /** One client, or null where the SDK's types cannot express what is asked. */
  static KintoneClient open(JsonNode client) {
    JsonNode auth = client.get("auth");
    KintoneClientBuilder builder = KintoneClientBuilder.create(client.get("baseUrl").asText());
    if (auth.get("kind").asText().equals("password")) {
      builder.authByPassword(auth.get("login").asText(), auth.get("password").textValue());
    } else {
      builder.authByApiToken(texts(auth.get("tokens")));
    }
    JsonNode basic = client.path("basic");
    if (basic.isObject()) {
      builder.withBasicAuth(basic.get("user").asText(), basic.get("password").asText());
    }
    JsonNode guest = client.path("guestSpaceId");
    if (!guest.isMissingNode()) {
      if (!guest.canConvertToLong() || !guest.isIntegralNumber()) return null;
      builder.setGuestSpaceId(guest.asLong());
    }
    return builder.build();
  }

  /** The types of this driver's calls can hold the parameters. */
  static boolean isTyped(JsonNode params) {
    if (params.has("lang")) return false;
    for (JsonNode inner : params.path("requests")) {
      if (!isTyped(inner.get("params"))) return false;
    }
    for (JsonNode guest : params.path("guests")) {
      String zone = guest.path("timezone").asText(); // a java.util.TimeZone: others become GMT
      if (guest.isObject() && !TimeZone.getTimeZone(zone).getID().equals(zone)) return false;
    }
    List<JsonNode> records = new ArrayList<>();
    if (params.has("record")) records.add(params.get("record"));
    for (JsonNode each : params.path("records")) records.add(each.has("record") ? each.get("record") : each);
    for (JsonNode record : records) {
      for (JsonNode field : record) {
        JsonNode value = field.path("value");
        for (JsonNode item : value) if (!value.isArray() || !item.isTextual()) return false;
        if (!value.isArray() && !value.isTextual() && !value.isNull()) return false;
      }
    }
    return true;
  }

  /** Kintone's code, id and message, which the SDK's exception exposes as the answer's text. */
  static ObjectNode fields(String content) {
    try {
      JsonNode answer = JSON.readTree(content);
      for (JsonNode result : answer.path("results")) { // of a bulkRequest
        if (result.has("code")) answer = result;
      }
      return answer.isObject()
          ? ((ObjectNode) answer).retain("code", "id", "message")
          : JSON.createObjectNode();
    } catch (JsonProcessingException | IllegalArgumentException noJson) {
      return JSON.createObjectNode();
    }
  }

  static ObjectNode refused(ObjectNode answer, Throwable error) {
    StringWriter text = new StringWriter();
    error.printStackTrace(new PrintWriter(text, true));
    answer.put("outcome", "refused");
    ObjectNode told =
        answer
            .putObject("error")
            .put("type", error.getClass().getSimpleName())
            .put("message", error.getMessage())
            .put("text", text.toString());
    if (error instanceof KintoneApiRuntimeException) {
      told.setAll(fields(((KintoneApiRuntimeException) error).getContent()));
    }
    return answer;
  }

  static ObjectNode hello(ObjectNode answer) {
    answer.put("protocol", 1);
    answer
        .putObject("sdk")
        .put("name", "kintone-java-client")
        .put("version", "1.3.0")
        .put("language", "java")
        .put("url", "https://github.com/kintone/kintone-java-client");
    answer.set(
        "supports",
        JSON.valueToTree(
            List.of(
                "auth.password",
                "auth.token",
                "auth.token.many",
                "basic",
                "guest",
                "handles",
                "show")));
    answer.set("calls", JSON.valueToTree(CALLS.keySet()));
    answer.set("doors", JSON.valueToTree(List.of("loopback", "tls")));
    answer.putArray("noGuest");
    answer.set(
        "parameters",
        JSON.valueToTree(
            List.of(
                "record.update.updateKey",
                "record.update.revision",
                "records.update.updateKey",
                "records.update.revision",
                "records.delete.revisions",
                "bulkRequest.updateKey",
                "bulkRequest.revision",
                "bulkRequest.revisions")));
    return answer;
  }

  static ObjectNode answer(JsonNode message, Map<Integer, KintoneClient> clients) {
    ObjectNode answer = JSON.createObjectNode().put("id", message.get("id").asInt());
    int handle = message.path("handle").asInt();
    try {
      switch (message.get("op").asText()) {
        case "hello":
          return hello(answer);
        case "open":
          KintoneClient client = open(message.get("client"));
          if (client == null) {
            return answer.put("outcome", "unsupported").put("reason", "setGuestSpaceId is a long");
          }
          clients.put(message.get("id").asInt(), client);
          return answer.put("handle", message.get("id").asInt());
        case "show":
          return answer.put("outcome", "sent").put("text", clients.get(handle).toString());
        case "close":
          clients.remove(handle).close();
          return answer.put("outcome", "sent");
        default:
          JsonNode call = message.get("call");
          if (!isTyped(call.get("params"))) {
            return answer
                .put("outcome", "unsupported")
                .put("reason", "a field is a String or a List<String>, lang an enum, a TimeZone one that Java knows");
          }
          CALLS.get(call.get("api").asText()).send(clients.get(handle), call.get("params"));
          return answer.put("outcome", "sent");
      }
    } catch (Exception error) {
      return refused(answer, error);
    }
  }

  /** Java reads no PEM file by itself: the run's authority goes into a trust store. */
  static void trust(String pemFile) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (FileInputStream pem = new FileInputStream(pemFile)) {
      store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    Path file = Files.createTempFile("trust", ".p12");
    file.toFile().deleteOnExit();
    try (FileOutputStream out = new FileOutputStream(file.toFile())) {
      store.store(out, "changeit".toCharArray());
    }
    System.setProperty("javax.net.ssl.trustStore", file.toString());
    System.setProperty("javax.net.ssl.trustStorePassword", "changeit");
  }

  public static void main(String[] arguments) throws Exception {
    OutputStream answers = System.out;
    System.setOut(new PrintStream(System.err, true)); // standard output belongs to the protocol
    if (System.getenv("SSL_CERT_FILE") != null) trust(System.getenv("SSL_CERT_FILE"));
    Map<Integer, KintoneClient> clients = new HashMap<>();
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      byte[] text = JSON.writeValueAsBytes(answer(JSON.readTree(line), clients));
      answers.write(text);
      answers.write('\n');
      answers.flush();
    }
    System.exit(0); // the SDK's threads are no reason to stay
  }
}
