//! Drives the crate `kintone` as published, over kc/1.
use std::collections::HashMap;
use std::error::Error;
use std::io::{stdin, stdout, Read, Write};

use kintone::client::{Auth, KintoneClient, KintoneClientBuilder};
use kintone::error::ApiError;
use kintone::middleware::BasicAuthLayer;
use kintone::model::record::{FieldValue, Record};
use kintone::v1::{file, record};
use serde_json::{json, Value};

const CALLS: [&str; 10] = [
    "record.get", "record.add", "record.update", "records.get", "records.add", "records.delete",
    "cursor.create", "cursor.get", "cursor.delete", "file.download",
];

fn number(value: &Value) -> u64 {
    value.as_u64().expect("an id")
}

fn numbers(value: &Value) -> Vec<u64> {
    value.as_array().expect("ids").iter().map(number).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().map(|all| all.iter().map(text).collect()).unwrap_or_default()
}

fn fields(value: &Value) -> Record {
    let mut found = Record::new();
    for (code, field) in value.as_object().expect("a record") {
        found.put_field(code, FieldValue::SingleLineText(text(&field["value"]).to_owned()));
    }
    found
}

/// Whether each field of the given records has a text, as FieldValue::SingleLineText is one.
fn are_texts(p: &Value) -> bool {
    let records = p["records"].as_array().into_iter().flatten().chain(p.get("record"));
    let mut fields = records.flat_map(|record| record.as_object().into_iter().flatten());
    fields.all(|(_, field)| field["value"].is_string())
}

fn send(sdk: &KintoneClient, api: &str, p: &Value) -> Result<(), ApiError> {
    let app = p["app"].as_u64().unwrap_or_default();
    match api {
        "record.get" => record::get_record(app, number(&p["id"])).send(sdk).map(drop),
        "record.add" => record::add_record(app).record(fields(&p["record"])).send(sdk).map(drop),
        "record.update" => {
            let mut request = record::update_record(app).record(fields(&p["record"]));
            request = match p.get("updateKey") {
                Some(key) => request.update_key(text(&key["field"]).to_owned(), text(&key["value"])),
                None => request.id(number(&p["id"])),
            };
            if let Some(revision) = p["revision"].as_u64() {
                request = request.revision(revision);
            }
            request.send(sdk).map(drop)
        }
        "records.get" => {
            let mut request = record::get_records(app);
            if p["fields"].is_array() {
                request = request.fields(&texts(&p["fields"]));
            }
            if let Some(query) = p["query"].as_str() {
                request = request.query(query);
            }
            if let Some(total) = p["totalCount"].as_bool() {
                request = request.total_count(total);
            }
            request.send(sdk).map(drop)
        }
        "records.add" => {
            let all = p["records"].as_array().expect("records").iter().map(fields).collect();
            record::add_records(app, all).send(sdk).map(drop)
        }
        "records.delete" => {
            let mut request = record::delete_records(app, numbers(&p["ids"]));
            if p["revisions"].is_array() {
                request = request.revisions(numbers(&p["revisions"]));
            }
            request.send(sdk).map(drop)
        }
        "cursor.create" => {
            let mut request = record::create_cursor(app);
            if p["fields"].is_array() {
                request = request.fields(&texts(&p["fields"]));
            }
            if let Some(query) = p["query"].as_str() {
                request = request.query(query);
            }
            if let Some(size) = p["size"].as_u64() {
                request = request.size(size);
            }
            request.send(sdk).map(drop)
        }
        "cursor.get" => record::get_records_by_cursor(text(&p["id"])).send(sdk).map(drop),
        "cursor.delete" => record::delete_cursor(text(&p["id"])).send(sdk).map(drop),
        "file.download" => {
            let mut answer = file::download(text(&p["fileKey"])).send(sdk)?;
            answer.content.read_to_end(&mut Vec::new())?;
            Ok(())
        }
        other => panic!("{other} is not declared"),
    }
}

fn open(client: &Value) -> Result<KintoneClient, &'static str> {
    let auth = &client["auth"];
    let auth = match (text(&auth["kind"]), auth["password"].as_str()) {
        ("password", Some(password)) => Auth::password(text(&auth["login"]).into(), password.into()),
        ("password", None) => return Err("a password is a String"),
        _ => Auth::api_tokens(texts(&auth["tokens"]).into_iter().map(String::from).collect()),
    };
    let basic = match &client["basic"] {
        Value::Null => BasicAuthLayer::disabled(),
        gate => BasicAuthLayer::enabled(text(&gate["user"]), text(&gate["password"])),
    };
    let mut builder = KintoneClientBuilder::new(text(&client["baseUrl"]), auth).layer(basic);
    if let Some(guest) = client.get("guestSpaceId") {
        builder = builder.guest_space_id(guest.as_u64().ok_or("guest_space_id is a u64")?);
    }
    Ok(builder.build())
}

fn refusal(error: ApiError) -> Value {
    let mut printed = format!("{error}\n{error:?}");
    let mut cause = error.source();
    while let Some(each) = cause {
        printed += &format!("\n{each}\n{each:?}");
        cause = each.source();
    }
    let mut told = json!({"type": "ApiError", "message": error.to_string(), "text": printed});
    if let ApiError::Kintone(kintone) = &error {
        told["code"] = json!(kintone.code);
        told["id"] = json!(kintone.id);
        told["message"] = json!(kintone.message);
    }
    json!({"outcome": "refused", "error": told})
}

fn hello() -> Value {
    json!({
        "protocol": 1,
        "sdk": {"name": "kintone (Rust)", "version": "0.6.2", "language": "rust",
                "url": "https://github.com/nojima/kintone-rust"},
        "supports": ["auth.password", "auth.token", "auth.token.many", "basic", "guest", "handles"],
        "calls": CALLS,
        "doors": ["loopback"],
        "noGuest": [],
        "parameters": ["record.update.updateKey", "record.update.revision", "records.delete.revisions"]
    })
}

fn main() {
    let mut clients: HashMap<u64, KintoneClient> = HashMap::new();
    for line in stdin().lines() {
        let message: Value = serde_json::from_str(&line.expect("UTF-8")).expect("JSON");
        let id = number(&message["id"]);
        let mut answer = match text(&message["op"]) {
            "hello" => hello(),
            "open" => match open(&message["client"]) {
                Ok(client) => {
                    clients.insert(id, client);
                    json!({"handle": id})
                }
                Err(reason) => json!({"outcome": "unsupported", "reason": reason}),
            },
            "close" => {
                clients.remove(&number(&message["handle"]));
                json!({"outcome": "sent"})
            }
            _ if !are_texts(&message["call"]["params"]) => {
                json!({"outcome": "unsupported", "reason": "a SingleLineText is a String"})
            }
            _ => {
                let sdk = &clients[&number(&message["handle"])];
                match send(sdk, text(&message["call"]["api"]), &message["call"]["params"]) {
                    Ok(()) => json!({"outcome": "sent"}),
                    Err(error) => refusal(error),
                }
            }
        };
        answer["id"] = json!(id);
        println!("{answer}");
        stdout().flush().expect("standard output");
    }
}
