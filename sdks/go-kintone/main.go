// Drives go-kintone as published, over kc/1.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/url"
	"os"
	"strconv"

	"github.com/kintone-labs/go-kintone"
)

type object = map[string]any

type credentials struct {
	Kind, Login string
	Password    *string
	Tokens      []string
}

type client struct {
	BaseURL      string `json:"baseUrl"`
	Auth         credentials
	Basic        *struct{ User, Password string }
	GuestSpaceID json.RawMessage `json:"guestSpaceId"`
}

type params struct {
	App, ID       uint64
	Revision      *int64
	UpdateKey     *updateKey
	Size          *uint64
	Query         *string
	Fields        []string
	TotalCount    bool
	Record        json.RawMessage
	Records       []json.RawMessage
	IDs           []uint64 `json:"ids"`
	Name          string
	ContentBase64 string
	FileKey       string
}

type updateKey struct{ Field, Value string }

type request struct {
	ID     int
	Op     string
	Handle int
	Client *client
	Call   struct {
		API    string
		Params json.RawMessage
	}
	Auth *credentials
}

// unsupported says what the types of go-kintone cannot hold.
type unsupported string

// record reads a record in Kintone's form, without the types that only answers have.
func record(raw json.RawMessage, id uint64) *kintone.Record {
	return revised(raw, id, nil)
}

// revised is the same with the revision that is given; -1 is the SDK's word for none.
func revised(raw json.RawMessage, id uint64, revision *int64) *kintone.Record {
	var values map[string]struct{ Value any }
	check(json.Unmarshal(raw, &values))
	fields := object{}
	for code, field := range values {
		switch value := field.Value.(type) {
		case string:
			fields[code] = kintone.SingleLineTextField(value)
		case []any:
			fields[code] = kintone.CheckBoxField(texts(value))
		default:
			panic(unsupported("a field is a string or a []string"))
		}
	}
	if revision == nil {
		return kintone.NewRecordWithId(id, fields)
	}
	return kintone.NewRecordWithIdAndRevision(id, *revision, fields)
}

func texts(values []any) []string {
	found := []string{}
	for _, value := range values {
		text, is := value.(string)
		if !is {
			panic(unsupported("a CheckBoxField is a []string"))
		}
		found = append(found, text)
	}
	return found
}

func updates(raws []json.RawMessage) (records []*kintone.Record) {
	for _, raw := range raws {
		var each struct {
			ID       uint64
			Record   json.RawMessage
			Revision *int64
		}
		check(json.Unmarshal(raw, &each))
		records = append(records, revised(each.Record, each.ID, each.Revision))
	}
	return records
}

func additions(raws []json.RawMessage) (records []*kintone.Record) {
	for _, raw := range raws {
		records = append(records, record(raw, 0))
	}
	return records
}

var calls = map[string]func(*kintone.App, params) error{
	"record.get": func(app *kintone.App, p params) error { _, err := app.GetRecord(p.ID); return err },
	"record.add": func(app *kintone.App, p params) error { _, err := app.AddRecord(record(p.Record, 0)); return err },
	"record.update": func(app *kintone.App, p params) error {
		rec := revised(p.Record, p.ID, p.Revision)
		if p.UpdateKey == nil {
			return app.UpdateRecord(rec, p.Revision == nil)
		}
		if _, twice := rec.Fields[p.UpdateKey.Field]; twice {
			panic(unsupported("the update key is a field of the record, and is not updated"))
		}
		rec.Fields[p.UpdateKey.Field] = kintone.SingleLineTextField(p.UpdateKey.Value)
		return app.UpdateRecordByKey(rec, p.Revision == nil, p.UpdateKey.Field)
	},
	"records.get": func(app *kintone.App, p params) error {
		query := ""
		if p.Query != nil {
			query = *p.Query
		}
		if p.TotalCount {
			_, _, err := app.GetRecordsWithTotalCount(p.Fields, query)
			return err
		}
		_, err := app.GetRecords(p.Fields, query)
		return err
	},
	"records.add":    func(app *kintone.App, p params) error { _, err := app.AddRecords(additions(p.Records)); return err },
	"records.update": func(app *kintone.App, p params) error { return app.UpdateRecords(updates(p.Records), false) },
	"records.delete": func(app *kintone.App, p params) error { return app.DeleteRecords(p.IDs) },
	"cursor.create": func(app *kintone.App, p params) error {
		if p.Fields == nil || p.Query == nil || p.Size == nil {
			panic(unsupported("CreateCursor takes fields, query and size"))
		}
		_, err := app.CreateCursor(p.Fields, *p.Query, *p.Size)
		return err
	},
	"file.upload": func(app *kintone.App, p params) error {
		content, err := base64.StdEncoding.DecodeString(p.ContentBase64)
		check(err)
		_, err = app.Upload(p.Name, "application/octet-stream", bytes.NewReader(content))
		return err
	},
	"file.download": func(app *kintone.App, p params) error {
		file, err := app.Download(p.FileKey)
		if err == nil {
			_, err = io.Copy(io.Discard, file.Reader)
		}
		return err
	},
	"app.form.fields.get": func(app *kintone.App, p params) error {
		_, err := app.Fields()
		return err
	},
}

// cursors are named by text, where every other id is a number.
var byCursor = map[string]func(*kintone.App, string) error{
	"cursor.get":    func(app *kintone.App, id string) error { _, err := app.GetRecordsByCursor(id); return err },
	"cursor.delete": func(app *kintone.App, id string) error { return app.DeleteCursor(id) },
}

// authenticate sets the public fields of an App, a new one or one in use; reason is as in open.
func authenticate(app *kintone.App, auth credentials) (reason string) {
	switch {
	case auth.Kind == "password" && auth.Password == nil:
		return "Password is a string"
	case auth.Kind == "password":
		app.User, app.Password, app.ApiToken = auth.Login, *auth.Password, ""
	case len(auth.Tokens) == 1 && auth.Tokens[0] == "":
		return `ApiToken "" is no token`
	case len(auth.Tokens) == 1:
		app.User, app.Password, app.ApiToken = "", "", auth.Tokens[0]
	default:
		return "go-kintone takes a password or one API token"
	}
	return ""
}

// open makes one App; reason says what its types cannot express.
func open(c *client) (app *kintone.App, reason string) {
	base, err := url.Parse(c.BaseURL)
	check(err)
	if c.BaseURL != base.Scheme+"://"+base.Host {
		return nil, "Domain is a host, not a base URL"
	}
	app = &kintone.App{Domain: base.Host}
	if reason := authenticate(app, c.Auth); reason != "" {
		return nil, reason
	}
	if c.Basic != nil {
		app.SetBasicAuth(c.Basic.User, c.Basic.Password)
	}
	if c.GuestSpaceID != nil {
		guest, err := strconv.ParseUint(string(c.GuestSpaceID), 10, 64)
		if err != nil {
			return nil, "GuestSpaceId is a uint64"
		}
		app.GuestSpaceId = guest
	}
	return app, ""
}

func send(app *kintone.App, r request) (answer object) {
	defer func() {
		switch reason := recover().(type) {
		case nil:
		case unsupported:
			answer = object{"outcome": "unsupported", "reason": string(reason)}
		default:
			panic(reason)
		}
	}()
	var err error
	if call, found := byCursor[r.Call.API]; found {
		var named struct{ ID string }
		check(json.Unmarshal(r.Call.Params, &named))
		err = call(app, named.ID)
	} else {
		var p params
		strict := json.NewDecoder(bytes.NewReader(r.Call.Params))
		strict.DisallowUnknownFields()
		if err := strict.Decode(&p); err != nil {
			panic(unsupported(r.Call.API + " of go-kintone: " + err.Error()))
		}
		app.AppId = p.App
		err = calls[r.Call.API](app, p)
	}
	if err == nil {
		return object{"outcome": "sent"}
	}
	told := object{"type": fmt.Sprintf("%T", err), "message": err.Error(), "text": fmt.Sprintf("%v\n%+v\n%#v", err, err, err)}
	if kintoneError, is := err.(*kintone.AppError); is && kintoneError.Code != "" {
		told["code"], told["id"], told["message"] = kintoneError.Code, kintoneError.Id, kintoneError.Message
	}
	return object{"outcome": "refused", "error": told}
}

func hello() object {
	names := []string{"cursor.get", "cursor.delete"}
	for name := range calls {
		names = append(names, name)
	}
	return object{
		"protocol": 1,
		"sdk": object{"name": "go-kintone", "version": "0.6.0", "language": "go",
			"url": "https://github.com/kintone-labs/go-kintone"},
		"supports": []string{"auth.password", "auth.token", "auth.change", "basic", "guest", "handles", "show"},
		"calls":    names,
		"doors":    []string{"tls"},
		"noGuest":  []int{0},
		"parameters": []string{
			"record.update.updateKey", "record.update.revision", "records.update.revision",
		},
	}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	answers := os.Stdout
	os.Stdout = os.Stderr // standard output belongs to the protocol
	apps := map[int]*kintone.App{}
	lines := bufio.NewReaderSize(os.Stdin, math.MaxUint16)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var r request
		check(json.Unmarshal(line, &r))
		answer := object{"outcome": "sent"}
		switch r.Op {
		case "hello":
			answer = hello()
		case "show":
			answer["text"] = fmt.Sprintf("%+v", apps[r.Handle])
		case "change":
			if reason := authenticate(apps[r.Handle], *r.Auth); reason != "" {
				answer = object{"outcome": "unsupported", "reason": reason}
			}
		case "close":
			delete(apps, r.Handle)
		case "open":
			app, reason := open(r.Client)
			apps[r.ID] = app
			answer = object{"handle": r.ID}
			if reason != "" {
				answer = object{"outcome": "unsupported", "reason": reason}
			}
		case "send":
			answer = send(apps[r.Handle], r)
		}
		answer["id"] = r.ID
		text, err := json.Marshal(answer)
		check(err)
		_, err = answers.Write(append(text, '\n'))
		check(err)
	}
}
