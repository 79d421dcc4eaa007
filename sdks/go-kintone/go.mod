module driver

go 1.21

require github.com/kintone-labs/go-kintone v0.6.0
