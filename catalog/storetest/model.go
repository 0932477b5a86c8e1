package storetest

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"gongkai/catalog"
)

// model is a catalogue of one dataset in a few lines: what the store must do
// to jobs and versions, whichever process asks.
type model struct {
	w        *world
	stores   []catalog.Store
	dataset  *catalog.Dataset
	jobs     []*modelJob
	versions []*modelVersion
	current  int
	recipes  []string // table name of each revision, oldest first
}

type modelJob struct {
	upload  catalog.Upload
	state   catalog.JobState
	attempt int
	intent  *catalog.PublishIntent
	reread  bool
	newest  *modelVersion // made of the upload; nil while there is none
}

type modelVersion struct {
	id      catalog.VersionID
	state   catalog.VersionState
	worst   catalog.Severity // of its one finding; "" has none
	content string
	reading string // table name of its recipe
	with    int    // revision that it was read with
	sent    bool   // read with a recipe that came along
}

// checkModel runs random sequences of what people and workers ask for through
// two stores over one catalogue and compares with the model after each step.
func checkModel(t *testing.T, open Opener) {
	dir := t.TempDir()
	w := &world{T: t, ctx: t.Context(), Store: open(t, dir), open: open, dir: dir}
	t.Cleanup(func() { w.Close() })
	stores := []catalog.Store{w.Store, w.again()}
	rapid.Check(t, func(rt *rapid.T) {
		m := &model{w: w, stores: stores, dataset: w.dataset()}
		m.upload(rt)
		rt.Repeat(map[string]func(*rapid.T){
			"upload": m.upload, "upload again": m.uploadAgain, "claim": m.claim, "take over": m.takeOver,
			"commit": m.commit, "fail": m.fail, "release": m.release, "heartbeat": m.heartbeat,
			"cancel": m.cancel, "retry": m.retry, "reread": m.reread, "publish": m.publish, "withdraw": m.withdraw,
			"edit": m.edit, "": m.check,
		})
	})
}

func (m *model) store(rt *rapid.T) catalog.Store {
	return rapid.SampledFrom(m.stores).Draw(rt, "store")
}

func (m *model) job(rt *rapid.T) *modelJob {
	return rapid.SampledFrom(m.jobs).Draw(rt, "job")
}

func (m *model) version(rt *rapid.T) *modelVersion {
	if len(m.versions) == 0 { // one that does not exist
		return &modelVersion{}
	}
	return rapid.SampledFrom(m.versions).Draw(rt, "version")
}

// expect fails unless err has the kind, or is nil where ok.
func expect(rt *rapid.T, err error, ok bool, kind catalog.Kind) {
	rt.Helper()
	if (err == nil) != ok || (err != nil && catalog.KindOf(err) != kind) {
		rt.Fatalf("error %v, want none: %v, else kind %d", err, ok, kind)
	}
}

func drawIntent(rt *rapid.T) *catalog.PublishIntent {
	switch rapid.IntRange(0, 2).Draw(rt, "intent") {
	case 1:
		return &catalog.PublishIntent{By: "a"}
	case 2:
		return &catalog.PublishIntent{By: "b", Acknowledge: true}
	}
	return nil
}

func (m *model) upload(rt *rapid.T) {
	u := catalog.Upload{Dataset: m.dataset.ID, Blob: m.w.next("blob")}
	intent := drawIntent(rt)
	created, err := m.store(rt).CreateUpload(m.w.ctx, &u, intent)
	expect(rt, err, true, 0)
	if !created {
		rt.Fatal("a new blob is no new upload")
	}
	m.jobs = append(m.jobs, &modelJob{upload: u, state: catalog.JobQueued, intent: intent})
}

func (m *model) uploadAgain(rt *rapid.T) {
	j, intent := m.job(rt), drawIntent(rt)
	u := catalog.Upload{Dataset: m.dataset.ID, Blob: j.upload.Blob}
	created, err := m.store(rt).CreateUpload(m.w.ctx, &u, intent)
	expect(rt, err, true, 0)
	if created || u.ID != j.upload.ID {
		rt.Fatal("the same upload is another")
	}
	if intent != nil && !j.state.Ended() && (j.intent == nil || intent.Acknowledge && !j.intent.Acknowledge) {
		j.intent = intent
	}
}

func (m *model) claim(rt *rapid.T)    { m.claimWithin(rt, time.Hour) }
func (m *model) takeOver(rt *rapid.T) { m.claimWithin(rt, -time.Hour) } // every heartbeat is too old

func (m *model) claimWithin(rt *rapid.T, stale time.Duration) {
	j := m.job(rt)
	got, err := m.store(rt).ClaimJob(m.w.ctx, "worker", stale, j.upload.Job)
	expect(rt, err, true, 0)
	can := j.state == catalog.JobQueued || j.state == catalog.JobRunning && stale < 0
	if (got != nil) != can {
		rt.Fatalf("claimed %v, want %v", got, can)
	}
	if can {
		j.state = catalog.JobRunning
		j.attempt++
	}
}

// attempt draws the present attempt of j or the one before.
func (j *modelJob) drawAttempt(rt *rapid.T) (attempt int, ok bool) {
	attempt = j.attempt - rapid.IntRange(0, 1).Draw(rt, "behind")
	return attempt, attempt == j.attempt && j.state == catalog.JobRunning
}

func (m *model) commit(rt *rapid.T) {
	j := m.job(rt)
	attempt, ok := j.drawAttempt(rt)
	worst := rapid.SampledFrom([]catalog.Severity{"", catalog.SeverityInfo, catalog.SeverityWarning, catalog.SeverityError}).Draw(rt, "worst")
	mv := &modelVersion{
		state: catalog.Draft, worst: worst, content: rapid.SampledFrom([]string{"c", "d"}).Draw(rt, "content"),
		reading: rapid.SampledFrom([]string{"a", "b"}).Draw(rt, "reading"),
		with:    rapid.IntRange(0, len(m.recipes)).Draw(rt, "with"), sent: rapid.Bool().Draw(rt, "sent"),
	}
	build := catalog.NewVersion{FileHash: "f", ContentHash: mv.content, Recipe: named(mv.reading), ReadWith: mv.with, RecipeSent: mv.sent}
	if worst != "" {
		build.Findings = []catalog.Finding{{Code: "code", Severity: worst}}
	}
	v, err := m.store(rt).CommitDraft(m.w.ctx, j.upload.Job, attempt, build)
	expect(rt, err, ok, catalog.Stale)
	if !ok {
		return
	}
	j.state = catalog.JobDone
	if old := j.newest; j.reread && old != nil && old.content == mv.content && old.reading == mv.reading && old.serious() == mv.serious() {
		mv = old
	} else {
		mv.id = v.ID
		m.versions, j.newest = append(m.versions, mv), mv
	}
	if v.ID != mv.id {
		rt.Fatalf("version %d came out, want %d", v.ID, mv.id)
	}
	if j.intent != nil && mv.state == catalog.Draft && mv.free(j.intent.Acknowledge) {
		m.makeCurrent(mv)
	}
}

func named(table string) *catalog.Recipe {
	return &catalog.Recipe{Tables: []catalog.RecipeTable{{Name: table}}}
}

// edit writes a recipe, as one who has seen the newest or the one before.
func (m *model) edit(rt *rapid.T) {
	name := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "recipe")
	behind := rapid.IntRange(0, 1).Draw(rt, "behind")
	_, err := m.store(rt).SaveRecipe(m.w.ctx, m.dataset.ID, named(name), "x", len(m.recipes)-behind)
	expect(rt, err, behind == 0, catalog.Conflict)
	if behind == 0 {
		m.remember(name)
	}
}

// remember makes a recipe the newest unless it is.
func (m *model) remember(name string) {
	if n := len(m.recipes); n == 0 || m.recipes[n-1] != name {
		m.recipes = append(m.recipes, name)
	}
}

// serious is the severity of the finding of v if that is more than a note.
func (v *modelVersion) serious() catalog.Severity {
	if v.worst == catalog.SeverityInfo {
		return ""
	}
	return v.worst
}

// free reports whether nothing keeps v from being published.
func (v *modelVersion) free(acknowledged bool) bool {
	return v.worst != catalog.SeverityError && (v.worst != catalog.SeverityWarning || acknowledged)
}

func (m *model) makeCurrent(v *modelVersion) {
	for i, other := range m.versions {
		if other.state == catalog.Published {
			other.state = catalog.Superseded
		}
		if other == v {
			m.current = i + 1
		}
	}
	v.state = catalog.Published
	if v.sent || v.with == len(m.recipes) {
		m.remember(v.reading)
	}
}

func (m *model) fail(rt *rapid.T) {
	j := m.job(rt)
	attempt, ok := j.drawAttempt(rt)
	expect(rt, m.store(rt).FailJob(m.w.ctx, j.upload.Job, attempt, catalog.Finding{Code: "file-damaged"}), ok, catalog.Stale)
	if ok {
		j.state = catalog.JobFailed
	}
}

func (m *model) release(rt *rapid.T) {
	j := m.job(rt)
	attempt, ok := j.drawAttempt(rt)
	expect(rt, m.store(rt).ReleaseJob(m.w.ctx, j.upload.Job, attempt), ok, catalog.Stale)
	if ok {
		j.state = catalog.JobQueued
	}
}

func (m *model) heartbeat(rt *rapid.T) {
	j := m.job(rt)
	attempt, ok := j.drawAttempt(rt)
	expect(rt, m.store(rt).Heartbeat(m.w.ctx, j.upload.Job, attempt, catalog.Progress{Share: 0.5}), ok, catalog.Stale)
}

func (m *model) cancel(rt *rapid.T) {
	j := m.job(rt)
	ok := !j.state.Ended()
	expect(rt, m.store(rt).CancelJob(m.w.ctx, j.upload.Job), ok, catalog.Conflict)
	if ok {
		j.state = catalog.JobCancelled
	}
}

func (m *model) retry(rt *rapid.T) {
	j := m.job(rt)
	ok := j.state == catalog.JobFailed || j.state == catalog.JobCancelled
	expect(rt, m.store(rt).RetryJob(m.w.ctx, j.upload.Job), ok, catalog.Conflict)
	if ok {
		j.state = catalog.JobQueued
	}
}

func (m *model) reread(rt *rapid.T) {
	j := m.job(rt)
	ok := j.state.Ended()
	expect(rt, m.store(rt).RereadUpload(m.w.ctx, j.upload.ID, "x"), ok, catalog.Conflict)
	if ok {
		j.state, j.intent, j.reread = catalog.JobQueued, nil, true
	}
}

func (m *model) publish(rt *rapid.T) {
	v, acknowledge, refusal := m.version(rt), []string(nil), catalog.Conflict
	if v.id == 0 {
		refusal = catalog.NotFound
	}
	if rapid.Bool().Draw(rt, "acknowledge") {
		acknowledge = []string{"code"}
	}
	ok := v.state.Public() || v.state == catalog.Draft && v.free(acknowledge != nil)
	_, err := m.store(rt).Publish(m.w.ctx, v.id, "x", acknowledge)
	expect(rt, err, ok, refusal)
	if ok && v.state != catalog.Published {
		m.makeCurrent(v)
	}
}

func (m *model) withdraw(rt *rapid.T) {
	v, refusal := m.version(rt), catalog.Conflict
	if v.id == 0 {
		refusal = catalog.NotFound
	}
	ok := v.state.Public()
	expect(rt, m.store(rt).Withdraw(m.w.ctx, v.id, "x", "y"), ok, refusal)
	if !ok {
		return
	}
	if v.state == catalog.Published {
		m.current = 0
	}
	v.state = catalog.Withdrawn
}

// check compares the whole dataset with the model.
func (m *model) check(rt *rapid.T) {
	s := m.store(rt)
	d, err := s.Dataset(m.w.ctx, m.dataset.ID)
	expect(rt, err, true, 0)
	if d.Current != m.current {
		rt.Fatalf("current version %d, want %d", d.Current, m.current)
	}
	list, err := s.ListVersions(m.w.ctx, d.ID)
	expect(rt, err, true, 0)
	if len(list) != len(m.versions) {
		rt.Fatalf("%d versions, want %d", len(list), len(m.versions))
	}
	for _, v := range list {
		if want := m.versions[v.Number-1]; v.ID != want.id || v.State != want.state {
			rt.Fatalf("version %d is %s, want %s", v.Number, v.State, want.state)
		}
	}
	recipes, err := s.ListRecipes(m.w.ctx, d.ID)
	expect(rt, err, true, 0)
	if len(recipes) != len(m.recipes) {
		rt.Fatalf("%d recipes, want %d", len(recipes), len(m.recipes))
	}
	if n := len(m.recipes); n > 0 {
		rev, err := s.Recipe(m.w.ctx, d.ID, 0)
		expect(rt, err, true, 0)
		if rev.Number != n || rev.Recipe.Tables[0].Name != m.recipes[n-1] {
			rt.Fatalf("the newest recipe is %+v, want %s", rev, m.recipes[n-1])
		}
	}
	for _, j := range m.jobs {
		got, err := s.Job(m.w.ctx, j.upload.Job)
		expect(rt, err, true, 0)
		if got.State != j.state || got.Attempt != j.attempt || (got.Publish == nil) != (j.intent == nil) {
			rt.Fatalf("job %+v, want %+v", got, j)
		}
		if got.Publish != nil && *got.Publish != *j.intent {
			rt.Fatalf("intent %+v, want %+v", got.Publish, j.intent)
		}
	}
}
