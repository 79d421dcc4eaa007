<?php
// Drives ochi51/cybozu-http as published, over kc/1.
require __DIR__ . '/vendor/autoload.php';

use CybozuHttp\Api\KintoneApi;
use CybozuHttp\Client;

ob_start(fn ($printed) => fwrite(STDERR, $printed) ? '' : '', 1); // standard output belongs to the protocol

class Unsupported extends Exception
{
}

// Objects as arrays, as a user of the SDK writes them. PHP has no empty array that is an object.
function written(mixed $value): mixed
{
    if ($value instanceof stdClass) {
        $value = (array) $value ?: $value;
    }
    return is_array($value) ? array_map(written(...), $value) : $value;
}

function listed(mixed $value): array
{
    return is_array($value) ? $value : throw new Unsupported('the SDK takes an array, and an empty one is no object');
}

// The SDK uploads a file of the disk, under the name that it is given.
function uploaded(KintoneApi $sdk, mixed $guest, array $p): string
{
    $path = tempnam(sys_get_temp_dir(), 'cybozu-http-');
    try {
        file_put_contents($path, base64_decode($p['contentBase64']));
        return $sdk->file()->post($path, $guest, $p['name']);
    } finally {
        unlink($path);
    }
}

// The inner requests of a bulkRequest are written by the user; the SDK knows how paths begin.
function bulk(KintoneApi $sdk, mixed $guest, array $p): array
{
    $inner = [
        'record.add' => ['POST', 'record.json'],
        'record.update' => ['PUT', 'record.json'],
        'records.add' => ['POST', 'records.json'],
        'records.update' => ['PUT', 'records.json'],
        'records.delete' => ['DELETE', 'records.json'],
    ];
    return $sdk->postBulkRequest(array_map(fn ($each) => [
        'method' => $inner[$each['api']][0],
        'api' => KintoneApi::generateUrl($inner[$each['api']][1], $guest),
        'payload' => $each['params'],
    ], $p['requests']), $guest);
}

// The revision, if one is given: the SDK has a default of its own.
function revision(array $params): array
{
    return isset($params['revision']) ? [$params['revision']] : [];
}

function lang(array $params): array
{
    return isset($params['lang']) ? [$params['lang']] : [];
}

$calls = [
    'record.get' => fn ($sdk, $guest, $p) => $sdk->record()->get($p['app'], $p['id'], $guest),
    'record.add' => fn ($sdk, $guest, $p) => $sdk->record()->post($p['app'], listed($p['record']), $guest),
    'record.update' => fn ($sdk, $guest, $p) => $sdk->record()->put($p['app'], $p['id'], listed($p['record']), $guest, ...revision($p)),
    'records.add' => fn ($sdk, $guest, $p) => $sdk->records()->post($p['app'], $p['records'], $guest),
    'records.update' => fn ($sdk, $guest, $p) => $sdk->records()->put($p['app'], $p['records'], $guest),
    'records.delete' => fn ($sdk, $guest, $p) => $sdk->records()->delete($p['app'], $p['ids'], $guest, $p['revisions'] ?? []),
    'records.get' => fn ($sdk, $guest, $p) => $sdk->records()->get(
        $p['app'],
        $p['query'] ?? '',
        $guest,
        $p['totalCount'] ?? true,
        $p['fields'] ?? null
    ),
    'bulkRequest' => bulk(...),
    'cursor.get' => fn ($sdk, $guest, $p) => $sdk->cursor()->proceed($p['id'], $guest),
    'cursor.delete' => fn ($sdk, $guest, $p) => $sdk->cursor()->delete($p['id'], $guest),
    'file.upload' => uploaded(...),
    'file.download' => fn ($sdk, $guest, $p) => $sdk->file()->get($p['fileKey'], $guest),
    'app.get' => fn ($sdk, $guest, $p) => $sdk->app()->get($p['id'], $guest),
    'app.form.fields.get' => fn ($sdk, $guest, $p) => $sdk->app()->getFields($p['app'], $guest, ...lang($p)),
    'preview.app.form.fields.get' => fn ($sdk, $guest, $p) => $sdk->preview()->getFields($p['app'], $guest, ...lang($p)),
    'apis.get' => fn ($sdk, $guest, $p) => $sdk->apis()->get(),
    'guests.add' => fn ($sdk, $guest, $p) => $sdk->guests()->post($p['guests']),
    'space.get' => fn ($sdk, $guest, $p) => $sdk->space()->get($p['id'], $guest),
];

function opened(array $client): array
{
    $auth = $client['auth'];
    if (!preg_match('~^https://([^/?#]+)$~D', $client['baseUrl'], $found)) {
        throw new Unsupported('it takes a host, not a base URL');
    }
    $options = ['subdomain' => $found[1]];
    $options += $auth['kind'] === 'password'
        ? ['login' => $auth['login'], 'password' => $auth['password']]
        : ['use_api_token' => true, 'token' => $auth['tokens'][0]];
    if ($client['basic']) {
        $options += ['use_basic' => true, 'basic_login' => $client['basic']['user'], 'basic_password' => $client['basic']['password']];
    }
    return [new KintoneApi(new Client($options)), $client['guestSpaceId'] ?? null];
}

function refused(Throwable $error): array
{
    $told = ['type' => $error::class, 'message' => $error->getMessage(), 'text' => (string) $error];
    $answer = method_exists($error, 'getResponse') ? $error->getResponse() : null;
    $kintone = $answer ? json_decode((string) $answer->getBody(), true) : [];
    foreach (['code', 'id', 'message'] as $name) {
        if (isset($kintone[$name])) {
            $told[$name] = (string) $kintone[$name];
        }
    }
    return ['outcome' => 'refused', 'error' => $told];
}

$hello = [
    'protocol' => 1,
    'sdk' => ['name' => 'ochi51/cybozu-http', 'version' => '1.7.0', 'language' => 'php', 'url' => 'https://github.com/ochi51/cybozu-http'],
    'supports' => ['auth.password', 'auth.token', 'basic', 'guest', 'handles', 'show'],
    'calls' => array_keys($calls),
    'doors' => ['namespace', 'tls'],
    'parameters' => [
        'record.update.revision',
        'records.update.updateKey',
        'records.update.revision',
        'records.delete.revisions',
        'bulkRequest.updateKey',
        'bulkRequest.revision',
        'bulkRequest.revisions',
        'bulkRequest.upsert',
    ],
    'noGuest' => [null, 0],
];

$objects = [];
while (($line = fgets(STDIN)) !== false) {
    $message = written(json_decode($line));
    $id = $message['id'];
    try {
        $answer = ['outcome' => 'sent'];
        switch ($message['op']) {
            case 'hello':
                $answer = $hello;
                break;
            case 'open':
                $objects[$id] = opened($message['client']);
                $answer = ['handle' => $id];
                break;
            case 'send':
                $calls[$message['call']['api']](...[...$objects[$message['handle']], $message['call']['params']]);
                break;
            case 'show':
                $answer['text'] = print_r($objects[$message['handle']][0], true);
                break;
            case 'close':
                unset($objects[$message['handle']]);
        }
    } catch (Unsupported $error) {
        $answer = ['outcome' => 'unsupported', 'reason' => $error->getMessage()];
    } catch (Throwable $error) {
        $answer = refused($error);
    }
    fwrite(STDOUT, json_encode(['id' => $id] + $answer, JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE) . "\n");
}
