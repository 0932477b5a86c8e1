package catalog

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite docs/findings.md")

const findingsPage = "../docs/findings.md"

// TestRules: codes are kebab-case and unique, and every rule speaks both
// languages with the same placeholders.
func TestRules(t *testing.T) {
	seen := map[string]bool{}
	kebab := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	for _, r := range Rules() {
		if seen[r.Code] || !kebab.MatchString(r.Code) {
			t.Errorf("code %q is there twice or no kebab-case", r.Code)
		}
		seen[r.Code] = true
		if r.Severity != SeverityError && r.Severity != SeverityWarning && r.Severity != SeverityInfo {
			t.Errorf("%s: severity %q", r.Code, r.Severity)
		}
		for what, text := range map[string]Text{"title": r.Title, "sentence": r.Sentence} {
			if text.ZH == "" || text.EN == "" {
				t.Errorf("%s: %s lacks a language", r.Code, what)
			}
		}
		if (r.Fix.ZH == "") != (r.Fix.EN == "") {
			t.Errorf("%s: fix lacks a language", r.Code)
		}
		if r.Severity != SeverityInfo && r.Fix.EN == "" {
			t.Errorf("%s: a %s without a fix", r.Code, r.Severity)
		}
	}
}

func TestSentence(t *testing.T) {
	f := NewFinding("type-mismatch", "Sheet1!B7", map[string]string{"column": "金额"})
	f.Expected, f.Actual, f.Count, f.Cells = "decimal", "待核实", 2, []string{"Sheet1!B7", "Sheet1!B9"}
	for lang, want := range map[Lang]string{
		ZH: "“金额”列应为 小数，有 2 个值不符（如 Sheet1!B7, Sheet1!B9 的“待核实”），按空值处理，原文保留。",
		EN: "The column 金额 is decimal, but not all of its values are (2, such as 待核实: Sheet1!B7, Sheet1!B9). Those are empty, the raw text is kept.",
	} {
		if got := f.Sentence(lang); got != want {
			t.Errorf("%s: %s", lang, got)
		}
	}
	if f.Severity != SeverityWarning || f.Fix(ZH) == "" {
		t.Error("severity or fix", f)
	}
	if got := NewFinding("csv-ragged-row", "A5", map[string]string{"count": "12", "width": "9", "cells": "A5 A9"}); got.Count != 12 || got.Expected != "9" {
		t.Error("a reader's arguments are not taken", got)
	}
	for _, r := range Rules() {
		bare := NewFinding(r.Code, "", nil)
		if s := bare.Sentence(EN) + bare.Sentence(ZH) + bare.Fix(EN); strings.ContainsAny(s, "{}") {
			t.Errorf("%s shows a placeholder: %s", r.Code, s)
		}
	}
	if got := (Finding{Code: "unheard-of", Where: "A1"}).Sentence(EN); got != "unheard-of A1" {
		t.Error(got)
	}
}

// TestFindingsPage: docs/findings.md is what the catalogue says.
func TestFindingsPage(t *testing.T) {
	want := page()
	if *update {
		if err := os.WriteFile(findingsPage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(findingsPage)
	if err != nil || string(got) != want {
		t.Errorf("docs/findings.md is not what the catalogue says (%v); run go test ./catalog -run TestFindingsPage -update", err)
	}
}

func page() string {
	var b strings.Builder
	b.WriteString("# Findings\n\nWhat Gongkai notices while it reads a file, by code. An **error** blocks publication, a **warning** wants an\n" +
		"acknowledgement by name, an **info** is a guess or a step that was taken, for the record. Words in braces are\nfilled in for each file. This page is made from the catalogue of findings; do not edit it by hand.\n")
	for _, r := range Rules() {
		fmt.Fprintf(&b, "\n## %s\n\n%s · %s (%s)\n\n- %s\n- %s\n", r.Code, r.Title.EN, r.Title.ZH, r.Severity, r.Sentence.EN, r.Sentence.ZH)
		if r.Fix.EN != "" {
			fmt.Fprintf(&b, "- Fix: %s\n- 处理：%s\n", r.Fix.EN, r.Fix.ZH)
		}
	}
	return b.String()
}

// TestPublicFindings wants what is for the department alone to stay there.
func TestPublicFindings(t *testing.T) {
	for code, want := range map[string]bool{
		"header-joined": true, "null-marker": true, "total-verified": true, "type-mismatch": true,
		"hidden-sheet": false, "external-link": false, "sheet-skipped": false, "personal-id": false, "personal-plate": false,
		"hidden-rows": false, "job-broken": false, "made-up": false,
	} {
		if got := NewFinding(code, "", nil).Public(); got != want {
			t.Errorf("%s: %v", code, got)
		}
	}
}
