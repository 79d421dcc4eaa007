// The calls of @kintone/rest-api-client that its two builds, for node and for browsers, share.
const endpoints = {
  "record.add": ["POST", "record"],
  "record.update": ["PUT", "record"],
  "records.add": ["POST", "records"],
  "records.update": ["PUT", "records"],
  "records.delete": ["DELETE", "records"],
};

// Of the parameters that not every client has: the SDK hands on what it is given.
export const parameters = [
  "record.update.updateKey",
  "record.update.revision",
  "records.update.updateKey",
  "records.update.revision",
  "records.update.upsert",
  "records.delete.revisions",
  "bulkRequest.revision",
  "bulkRequest.revisions",
  "bulkRequest.updateKey",
  "bulkRequest.upsert",
  "plugins.get.ids",
];

export const calls = {
  "record.get": (sdk, params) => sdk.record.getRecord(params),
  "record.add": (sdk, params) => sdk.record.addRecord(params),
  "record.update": (sdk, params) => sdk.record.updateRecord(params),
  "records.get": (sdk, params) => sdk.record.getRecords(params),
  "records.add": (sdk, params) => sdk.record.addRecords(params),
  "records.update": (sdk, params) => sdk.record.updateRecords(params),
  "records.delete": (sdk, params) => sdk.record.deleteRecords(params),
  "cursor.create": (sdk, params) => sdk.record.createCursor(params),
  "cursor.get": (sdk, params) => sdk.record.getRecordsByCursor(params),
  "cursor.delete": (sdk, params) => sdk.record.deleteCursor(params),
  bulkRequest: (sdk, { requests }) =>
    sdk.bulkRequest({
      requests: requests.map(({ api, params }) => {
        const [method, endpointName] = endpoints[api];
        return { method, endpointName, payload: params };
      }),
    }),
  "file.download": (sdk, params) => sdk.file.downloadFile(params),
  "app.get": (sdk, params) => sdk.app.getApp(params),
  "apps.get": (sdk, params) => sdk.app.getApps(params),
  "app.form.fields.get": (sdk, params) => sdk.app.getFormFields(params),
  "preview.app.form.fields.get": (sdk, params) => sdk.app.getFormFields({ ...params, preview: true }),
  "space.get": (sdk, params) => sdk.space.getSpace(params),
  "guests.add": (sdk, params) => sdk.space.addGuests(params),
  "space.guests.update": (sdk, params) => sdk.space.updateSpaceGuests(params),
  "template.space.add": (sdk, params) => sdk.space.addSpaceFromTemplate(params),
  "plugins.get": (sdk, params) => sdk.plugin.getPlugins(params),
};
