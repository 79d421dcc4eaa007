<?php
// Drives a client for kintone-conformance, over kc/1. It passes values; it encodes and checks nothing.

// ---- Your SDK: require it here, in place of this stand-in ----
class SdkError extends Exception
{
    public function __construct(public readonly array $fields)
    {
        parent::__construct($fields['message'] ?? 'no message');
    }
}

class Sdk
{
    public function __construct(private string $baseUrl, private string $token, private mixed $guestSpaceId = null)
    {
        if (!preg_match('/\A[!-~]+\z/', $token)) {
            throw new InvalidArgumentException('a token is printable ASCII');
        }
        if (parse_url($baseUrl, PHP_URL_SCHEME) === 'http' && !in_array(parse_url($baseUrl, PHP_URL_HOST), ['localhost', '127.0.0.1'], true)) {
            throw new InvalidArgumentException('credentials are not sent over plain http');
        }
        if ($guestSpaceId !== null && (!is_int($guestSpaceId) && !is_string($guestSpaceId) || !preg_match('/\A[1-9][0-9]*\z/', $guestSpaceId))) {
            throw new InvalidArgumentException('a guest space has a positive id');
        }
    }

    public function getRecord(array $params): array
    {
        $root = $this->guestSpaceId === null ? '/k/v1' : "/k/guest/{$this->guestSpaceId}/v1";
        $http = ['header' => "X-Cybozu-API-Token: {$this->token}", 'follow_location' => 0, 'ignore_errors' => true, 'timeout' => 5];
        $url = preg_replace('/\/*([?#].*)?\z/s', '', $this->baseUrl) . "$root/record.json?" . http_build_query($params);
        $text = @file_get_contents($url, false, stream_context_create(['http' => $http]));
        $status = $http_response_header[0] ?? 'no answer';
        try {
            $body = json_decode((string) $text, true, 512, JSON_THROW_ON_ERROR);
        } catch (JsonException) {
            throw new SdkError(['message' => "$status, and not an answer of Kintone"]);
        }
        if (!str_contains($status, ' 200')) {
            throw new SdkError($body);
        }
        return $body['record'];
    }
}
// ---- until here ----

const HELLO = [
    'protocol' => 1,
    'sdk' => ['name' => 'my-sdk', 'version' => '0.0.0', 'language' => 'php'],
    'supports' => ['auth.token', 'guest', 'guest.text'], // what the SDK can do; all names: kintone-conformance names
    'calls' => ['record.get'], // each is made below
    'doors' => ['loopback'], // how it can be reached, best first
    'noGuest' => [null], // what your documentation calls "no guest space"
];

// What the SDK's methods take. Another parameter is answered with "unsupported", and never left out.
const TAKES = ['record.get' => ['app', 'id']];

function outcome(array $message): array
{
    if ($message['op'] === 'hello') {
        return HELLO;
    }
    try {
        ['client' => $client, 'call' => $call] = $message;
        $others = array_diff(array_keys($call['params']), TAKES[$call['api']]);
        if ($others) {
            return ['outcome' => 'unsupported', 'reason' => "{$call['api']} does not take " . implode(', ', $others)];
        }
        $sdk = new Sdk($client['baseUrl'], $client['auth']['tokens'][0], $client['guestSpaceId'] ?? null);
        match ($call['api']) {
            'record.get' => $sdk->getRecord($call['params']),
        };
        return ['outcome' => 'sent'];
    } catch (Throwable $error) {
        $told = $error instanceof SdkError ? array_intersect_key($error->fields, ['code' => 1, 'id' => 1]) : [];
        return ['outcome' => 'refused', 'error' => $told + ['type' => $error::class, 'text' => (string) $error, 'message' => $error->getMessage()]];
    }
}

ini_set('display_errors', 'stderr'); // standard output belongs to the protocol
while (($line = fgets(STDIN)) !== false) {
    $message = json_decode($line, true);
    fwrite(STDOUT, json_encode(['id' => $message['id']] + outcome($message), JSON_INVALID_UTF8_SUBSTITUTE) . "\n");
}
