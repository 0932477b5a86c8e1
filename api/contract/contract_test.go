package contract_test

import (
	"testing"

	"gongkai"
	"gongkai/api/contract"
)

func load(t testing.TB) *contract.Contract {
	t.Helper()
	c, err := contract.Load(t.Context(), gongkai.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestLoad(t *testing.T) {
	for _, o := range load(t).Operations() {
		t.Log(o.Method, o.Path, o.ID)
	}
}
