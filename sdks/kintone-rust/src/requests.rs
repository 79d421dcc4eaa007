//! The requests of the crate, from the parameters of kc/1.
use kintone::model::record::{FieldValue, Record};
use kintone::v1::record::{
    AddRecordRequest, AddRecordsRequest, BulkRequestItem, DeleteRecordsRequest, UpdateRecordData,
    UpdateRecordRequest, UpdateRecordsRequest,
};
use kintone::v1::{app, record};
use serde_json::Value;

pub fn number(value: &Value) -> u64 {
    value.as_u64().expect("an id")
}

fn numbers(value: &Value) -> Vec<u64> {
    value.as_array().expect("ids").iter().map(number).collect()
}

pub fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

pub fn texts(value: &Value) -> Vec<&str> {
    value.as_array().map(|all| all.iter().map(text).collect()).unwrap_or_default()
}

fn fields(value: &Value) -> Record {
    let mut found = Record::new();
    for (code, field) in value.as_object().expect("a record") {
        found.put_field(code, match field["value"].as_str() {
            Some(text) => FieldValue::SingleLineText(text.to_owned()),
            None => FieldValue::CheckBox(texts(&field["value"]).into_iter().map(String::from).collect()),
        });
    }
    found
}

/// The records among the parameters, wherever they are: of an update, of an inner request.
fn records_of(p: &Value) -> Vec<&Value> {
    let inner = p["requests"].as_array().into_iter().flatten().flat_map(|each| records_of(&each["params"]));
    let many = p["records"].as_array().into_iter().flatten().map(|each| each.get("record").unwrap_or(each));
    many.chain(p.get("record")).chain(inner).collect()
}

/// Whether each field of the given records is a text or a list of texts. An app's form says which
/// of the other kinds of FieldValue a value is, and nothing here knows a form.
pub fn are_texts(p: &Value) -> bool {
    let mut fields = records_of(p).into_iter().flat_map(|record| record.as_object().into_iter().flatten());
    fields.all(|(_, field)| match &field["value"] {
        Value::Array(all) => all.iter().all(Value::is_string),
        value => value.is_string(),
    })
}

pub fn app_of(p: &Value) -> u64 {
    number(&p["app"])
}

pub fn add_record(p: &Value) -> AddRecordRequest {
    record::add_record(app_of(p)).record(fields(&p["record"]))
}

pub fn add_records(p: &Value) -> AddRecordsRequest {
    let all = p["records"].as_array().expect("records").iter().map(fields).collect();
    record::add_records(app_of(p), all)
}

pub fn update_record(p: &Value) -> UpdateRecordRequest {
    let mut request = record::update_record(app_of(p)).record(fields(&p["record"]));
    request = match p.get("updateKey") {
        Some(key) => request.update_key(text(&key["field"]).to_owned(), text(&key["value"])),
        None => request.id(number(&p["id"])),
    };
    if let Some(revision) = p["revision"].as_u64() {
        request = request.revision(revision);
    }
    request
}

pub fn update_records(p: &Value) -> UpdateRecordsRequest {
    let all = p["records"].as_array().expect("records").iter().map(updated).collect();
    let request = record::update_records(app_of(p), all);
    match p["upsert"].as_bool() {
        Some(upsert) => request.upsert(upsert),
        None => request,
    }
}

fn updated(each: &Value) -> UpdateRecordData {
    let mut data = UpdateRecordData::new();
    data = match each.get("updateKey") {
        Some(key) => data.update_key(text(&key["field"]).to_owned(), text(&key["value"])),
        None => data.id(number(&each["id"])),
    };
    if each["record"].is_object() {
        data = data.record(fields(&each["record"]));
    }
    match each["revision"].as_u64() {
        Some(revision) => data.revision(revision),
        None => data,
    }
}

pub fn delete_records(p: &Value) -> DeleteRecordsRequest {
    let mut request = record::delete_records(app_of(p), numbers(&p["ids"]));
    if p["revisions"].is_array() {
        request = request.revisions(numbers(&p["revisions"]));
    }
    request
}

pub fn in_bulk(each: &Value) -> BulkRequestItem {
    let p = &each["params"];
    let item = match text(&each["api"]) {
        "record.add" => add_record(p).try_into(),
        "record.update" => update_record(p).try_into(),
        "records.add" => add_records(p).try_into(),
        "records.update" => update_records(p).try_into(),
        "records.delete" => delete_records(p).try_into(),
        other => panic!("{other} is not declared"),
    };
    item.expect("a request in JSON")
}

pub fn get_apps(p: &Value) -> app::GetAppsRequest {
    let mut request = app::get_apps();
    if p["ids"].is_array() {
        request = request.ids(numbers(&p["ids"]));
    }
    if p["codes"].is_array() {
        request = request.codes(texts(&p["codes"]));
    }
    if let Some(name) = p["name"].as_str() {
        request = request.name(name);
    }
    if p["spaceIds"].is_array() {
        request = request.space_ids(numbers(&p["spaceIds"]));
    }
    if let Some(limit) = p["limit"].as_u64() {
        request = request.limit(limit);
    }
    if let Some(offset) = p["offset"].as_u64() {
        request = request.offset(offset);
    }
    request
}

pub fn get_records(p: &Value) -> record::GetRecordsRequest {
    let mut request = record::get_records(app_of(p));
    if p["fields"].is_array() {
        request = request.fields(&texts(&p["fields"]));
    }
    if let Some(query) = p["query"].as_str() {
        request = request.query(query);
    }
    if let Some(total) = p["totalCount"].as_bool() {
        request = request.total_count(total);
    }
    request
}

pub fn create_cursor(p: &Value) -> record::CreateCursorRequest {
    let mut request = record::create_cursor(app_of(p));
    if p["fields"].is_array() {
        request = request.fields(&texts(&p["fields"]));
    }
    if let Some(query) = p["query"].as_str() {
        request = request.query(query);
    }
    if let Some(size) = p["size"].as_u64() {
        request = request.size(size);
    }
    request
}

/// The bytes of a text in Base64 as the protocol has it: the standard alphabet, padded.
pub fn decoded(base64: &str) -> Vec<u8> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0u32, 0);
    for letter in base64.trim_end_matches('=').chars() {
        bits = (bits << 6 | ALPHABET.find(letter).expect("Base64") as u32) & 0xff_ffff;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    bytes
}
