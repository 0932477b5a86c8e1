package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"gongkai/api"
	"gongkai/catalog"
)

type upload struct {
	ID, Dataset, Filename, SHA256, State, URL string
	Bytes                                     int
	Problem                                   *struct{ Code, Detail, Fix string }
	Version                                   *struct {
		Number int
		State  string
	}
	FindingsURL string `json:"findings_url"`
}

// form is a form with a part of the same name for each content.
func form(t *testing.T, name, filename string, contents ...string) (body io.Reader, contentType string) {
	t.Helper()
	var buf bytes.Buffer
	mw := multipart.NewWriter(&buf)
	h := textproto.MIMEHeader{}
	h.Set("Content-Disposition", `form-data; name="`+name+`"; filename="`+filename+`"`)
	for _, content := range contents {
		part, err := mw.CreatePart(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(part, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := mw.Close(); err != nil {
		t.Fatal(err)
	}
	return &buf, mw.FormDataContentType()
}

const uploads = "/api/v1/datasets/air-quality/uploads"

func TestUploadForms(t *testing.T) {
	w := newWorld(t)
	body, contentType := form(t, "file", `C:\表格\空气.csv`, "a,b\n1,2\n")
	var u upload
	a := w.do("POST", uploads, body, append(w.bearer("environment"), "Content-Type", contentType)...).want(202).json(&u)
	if a.Header.Get("Location") != u.URL || u.State != "queued" || u.Filename != "空气.csv" || u.Bytes != 8 || u.Dataset != "air-quality" || w.woken != 1 {
		t.Errorf("%+v %v, woken %d", u, a.Header, w.woken)
	}
	w.get(u.URL, w.bearer("environment")...).want(200)
	w.get(u.URL, w.bearer("finance")...).want(404).problem()
	w.get(u.URL).want(401)

	// The same bytes are the same upload, however they are sent.
	for _, headers := range [][]string{
		{"Content-Type", "text/csv", "Content-Disposition", "attachment; filename=air.csv"},
		{"Content-Type", "application/octet-stream"},
		{},
	} {
		var again upload
		w.do("POST", uploads+"?filename=other.csv", strings.NewReader("a,b\n1,2\n"), append(w.bearer("environment"), headers...)...).want(202).json(&again)
		if again.ID != u.ID {
			t.Errorf("%v: another upload", headers)
		}
	}
	var named upload
	w.do("POST", uploads, strings.NewReader("x,y\n"), append(w.bearer("environment"), "Content-Disposition", "attachment; filename*=UTF-8''%E8%A1%A8.csv")...).want(202).json(&named)
	if named.Filename != "表.csv" {
		t.Errorf("name %q", named.Filename)
	}
	for i, name := range []string{"..", "../..", ".", "%2e%2e", "_"} {
		var u upload
		w.do("POST", uploads+"?filename="+name, strings.NewReader(strings.Repeat("n\n", i+2)), w.bearer("environment")...).want(202).json(&u)
		if u.Filename != "upload" {
			t.Errorf("%s is kept as the name %q", name, u.Filename)
		}
	}
	twice, contentType := form(t, "file", "b.csv", "a,b\n3,4\n", "c,d\n5,6\n")
	if p := w.do("POST", uploads, twice, append(w.bearer("environment"), "Content-Type", contentType)...).want(400).problem(); p.Field != "file" {
		t.Errorf("two files in one form: %+v", p)
	}
	var all struct{ Data []upload }
	w.get(uploads, w.bearer("environment")...).want(200).json(&all)
	if len(all.Data) != 8 { // one made the published version
		t.Errorf("%d uploads", len(all.Data))
	}
}

func TestUploadRefused(t *testing.T) {
	disk := &fragile{}
	w := newWorld(t, func(c *api.Config) { disk.Uploads, c.Uploads = c.Uploads, disk })
	for _, c := range []struct {
		name, path, department, contentType string
		size, status                        int
		says                                string
	}{
		{"no token", uploads, "", "text/csv", 10, 401, "oken"},
		{"another's dataset", uploads, "finance", "text/csv", 10, 403, "department"},
		{"unknown dataset", "/api/v1/datasets/none/uploads", "finance", "text/csv", 10, 404, "none"},
		{"too large", uploads, "environment", "text/csv", 1<<20 + 1, 413, "1048576"},
		{"curl -d", uploads, "environment", "application/x-www-form-urlencoded", 10, 415, "curl -F file=@FILE"},
		{"bad type", uploads, "environment", "text/", 10, 415, "Content-Type"},
		{"json", uploads, "environment", "application/json", 10, 415, "curl"},
		{"no boundary", uploads, "environment", "multipart/form-data", 10, 400, "form"},
		{"unknown parameter", uploads + "?publsh=true", "environment", "text/csv", 10, 400, "publish"},
		{"unknown encoding", uploads + "?encoding=ebcdic", "environment", "text/csv", 10, 400, "gb18030"},
	} {
		t.Run(c.name, func(t *testing.T) {
			headers := []string{"Content-Type", c.contentType}
			if c.department != "" {
				headers = append(headers, w.bearer(c.department)...)
			}
			// Without a length, so that the cap has to count.
			body := io.MultiReader(bytes.NewReader(make([]byte, c.size)))
			p := w.do("POST", c.path, body, headers...).want(c.status).problem()
			if !strings.Contains(p.Detail+" "+p.Fix, c.says) {
				t.Errorf("%+v", p)
			}
		})
	}
	body, contentType := form(t, "other", "a.csv", "x")
	if p := w.do("POST", uploads, body, append(w.bearer("environment"), "Content-Type", contentType)...).want(400).problem(); p.Field != "other" {
		t.Errorf("%+v", p)
	}
	w.do("POST", uploads, bytes.NewReader(make([]byte, 3<<20)), append(w.bearer("environment"), "Content-Type", "text/csv")...).want(413).problem()

	disk.full.Store(true)
	w.do("POST", uploads, strings.NewReader("a,b\n"), w.bearer("environment")...).want(507).problem()
	w.get("/api/v1/datasets/air-quality/rows").want(200)
	disk.full.Store(false)
	w.do("POST", uploads, strings.NewReader("a,b\n"), w.bearer("environment")...).want(202)
}

// TestUploadBreaksOff ends a body early: nothing is recorded.
func TestUploadBreaksOff(t *testing.T) {
	w := newWorld(t)
	r, pw := io.Pipe()
	go func() {
		pw.Write([]byte("a,b\n1,"))
		pw.CloseWithError(io.ErrUnexpectedEOF)
	}()
	req, err := http.NewRequest(http.MethodPost, w.url+uploads, r)
	w.must(err)
	req.Header.Set("Authorization", "Bearer "+w.tokens["environment"])
	if res, err := w.client.Do(req); err == nil {
		res.Body.Close()
		t.Errorf("answered %s", res.Status)
	}
	var all struct{ Data []upload }
	w.get(uploads, w.bearer("environment")...).want(200).json(&all)
	if len(all.Data) != 1 {
		t.Errorf("%d uploads", len(all.Data))
	}
}

func TestJobs(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	var u upload
	send := func(query string, status int) {
		t.Helper()
		u = upload{}
		w.do("POST", uploads+query, strings.NewReader("a,b\n1,2\n"), w.bearer("environment")...).want(status).json(&u)
	}
	act := func(what string, status int) *answer {
		t.Helper()
		return w.do("POST", u.URL+"/"+what, nil, w.bearer("environment")...).want(status)
	}
	send("", 202)
	act("retry", 409).problem()
	act("cancel", 200).json(&u)
	if u.State != "cancelled" {
		t.Errorf("state %s", u.State)
	}
	act("retry", 202).json(&u)
	if u.State != "queued" {
		t.Errorf("state %s", u.State)
	}
	stored, err := w.store.Upload(ctx, catalog.UploadID(u.ID))
	w.must(err)
	job, err := w.store.ClaimJob(ctx, "test", time.Minute, stored.Job)
	w.must(err)
	w.must(w.store.FailJob(ctx, job.ID, job.Attempt, catalog.NewFinding("file-encrypted", "", nil)))
	for lang, word := range map[string]string{"en": "password", "zh-CN": "密码"} {
		w.get(u.URL+"?lang="+lang, w.bearer("environment")...).want(200).json(&u)
		if u.State != "failed" || u.Problem == nil || u.Problem.Code != "file-encrypted" || !strings.Contains(u.Problem.Detail+u.Problem.Fix, word) {
			t.Errorf("%s: %+v", lang, u.Problem)
		}
	}
	var found struct {
		Data     []struct{ Code, Severity, Message, Fix string }
		Blocking struct{ Errors, Warnings []string }
	}
	w.get(u.FindingsURL, w.bearer("environment")...).want(200).json(&found)
	if len(found.Data) != 1 || found.Data[0].Code != "file-encrypted" || found.Data[0].Fix == "" || len(found.Blocking.Errors) != 1 {
		t.Errorf("%+v", found)
	}
	w.get(u.FindingsURL, w.bearer("finance")...).want(404)
	w.api.JobEnded(ctx, stored.Job)
	if text := string(w.get("/metrics").body); !strings.Contains(text, `gongkai_jobs_ended_total{state="failed"} 1`) || !strings.Contains(text, "gongkai_job_seconds_count 1") {
		t.Error("the job is not counted")
	}
	// Sent again, a failed file is tried again, now to be published.
	send("?publish=true&acknowledge=true", 202)
	job, err = w.store.Job(ctx, stored.Job)
	w.must(err)
	if u.State != "queued" || job.Publish == nil || !job.Publish.Acknowledge || job.Publish.By != "environment clerk" {
		t.Errorf("%s %+v", u.State, job.Publish)
	}
}

func TestPublishAndWithdraw(t *testing.T) {
	w := newWorld(t)
	warning := catalog.Finding{Code: "null-marker", Severity: catalog.SeverityWarning, Where: "Sheet1!B7", Count: 2, Cells: []string{"Sheet1!B7"}}
	for _, r := range catalog.Rules() {
		if r.Severity == catalog.SeverityWarning {
			warning.Code = r.Code
			break
		}
	}
	v := w.draftWith("air-quality", []catalog.Finding{warning}, w.stations(30))
	if v.Number != 2 {
		t.Fatalf("version %d", v.Number)
	}
	post := func(path, body string, department string, status int) *answer {
		t.Helper()
		return w.do("POST", "/api/v1/datasets/air-quality/versions/"+path, strings.NewReader(body),
			append(w.bearer(department), "Content-Type", "application/json")...).want(status)
	}
	w.get("/api/v1/datasets/air-quality/versions/2").want(404)
	if p := post("2/publish", "", "environment", 409).problem(); !strings.Contains(p.Detail, warning.Code) {
		t.Errorf("%+v", p)
	}
	post("2/publish", `{"acknowledge":["`+warning.Code+`"]}`, "finance", 403)
	post("9/publish", ``, "environment", 404)
	if p := post("2/publish", `{"acknowledge":["typo"]}`, "environment", 400).problem(); !strings.Contains(p.Fix, warning.Code) {
		t.Errorf("%+v", p)
	}
	for _, body := range []string{"{", "[]", `{"acknowledge":"x"}`, `{"accept":[]}`, `{"acknowledge":["NOT OK"]}`} {
		post("2/publish", body, "environment", 400).problem()
	}
	if p := w.do("POST", "/api/v1/datasets/air-quality/versions/2/publish", strings.NewReader("acknowledge=x"),
		append(w.bearer("environment"), "Content-Type", "application/x-www-form-urlencoded")...).want(415).problem(); !strings.Contains(p.Fix, "application/json") {
		t.Errorf("%+v", p)
	}
	var version struct {
		State string
		Rows  int
	}
	post("2/publish", `{"acknowledge":["`+warning.Code+`"]}`, "environment", 200).json(&version)
	if version.State != "published" || version.Rows != 30 {
		t.Errorf("%+v", version)
	}
	post("2/publish", "", "environment", 200) // what is published already stays so
	if p := w.page("/api/v1/datasets/air-quality/rows"); p.Meta.Version != 2 {
		t.Errorf("rows of version %d", p.Meta.Version)
	}
	var versions struct {
		Data []struct {
			Number int
			State  string
			Reason string
		}
	}
	w.get("/api/v1/datasets/air-quality/versions").want(200).json(&versions)
	if len(versions.Data) != 2 || versions.Data[1].State != "superseded" {
		t.Errorf("%+v", versions)
	}

	post("1/withdraw", `{"reason":""}`, "environment", 400).problem()
	post("1/withdraw", ``, "environment", 400).problem()
	post("1/withdraw", `{"reason":"figures of another district"}`, "environment", 200).json(&version)
	if version.State != "withdrawn" {
		t.Errorf("%+v", version)
	}
	for _, path := range []string{"versions/1", "rows?version=1", "export.csv?version=1", "tables/stations?version=1"} {
		if p := w.get("/api/v1/datasets/air-quality/" + path).want(410).problem(); !strings.Contains(p.Detail, "another district") {
			t.Errorf("%+v", p)
		}
	}
	w.get("/api/v1/datasets/air-quality/versions").want(200).json(&versions)
	if versions.Data[1].State != "withdrawn" || versions.Data[1].Reason == "" {
		t.Errorf("the record of the withdrawal is gone: %+v", versions)
	}
	var raw map[string]json.RawMessage
	w.get("/api/v1/datasets?q=空气").want(200).json(&raw)
}
