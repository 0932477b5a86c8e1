package datasets_test

import (
	"database/sql"
	"testing"

	"gongkai/catalog"
)

// TestKeywords wants no column called by a word that the engine reserves:
// nobody could write it in SQL without quotes.
func TestKeywords(t *testing.T) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(`SELECT DISTINCT keyword_name FROM duckdb_keywords() WHERE keyword_category = 'reserved'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		var word string
		if err := rows.Scan(&word); err != nil {
			t.Fatal(err)
		}
		if n++; catalog.Identifier(word) {
			t.Errorf("%s can be the name of a column", word)
		}
	}
	if err := rows.Err(); err != nil || n < 50 {
		t.Fatalf("%d words: %v", n, err)
	}
}
