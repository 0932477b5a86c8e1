package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"gongkai/catalog"
)

// multipartRoom is what the wrapping of a form may add to the file.
const multipartRoom = 64 << 10

// createUpload takes a file. It answers when the bytes are durable and the
// upload is in the catalogue, not before.
func (s *Server) createUpload(w http.ResponseWriter, r *request) error {
	d, err := s.mine(r, catalog.CreateUpload)
	if err != nil {
		return err
	}
	if r.ContentLength > s.cfg.MaxUpload+multipartRoom {
		return s.tooLarge(r.ContentLength)
	}
	u := catalog.Upload{Dataset: d.ID, CreatedBy: r.who.Name}
	u.Options.Encoding = r.params.Text("encoding")
	got, err := s.receive(w, r)
	if err != nil {
		return err
	}
	u.Blob, u.Bytes, u.Filename, u.Options.Recipe = got.hash, got.size, got.name, got.recipe
	var publish *catalog.PublishIntent
	if r.params.Bool("publish") {
		publish = &catalog.PublishIntent{By: r.who.Name, Acknowledge: r.params.Bool("acknowledge")}
	}
	created, err := s.cfg.Store.CreateUpload(r.Context(), &u, publish)
	if err != nil {
		if catalog.KindOf(err) == catalog.Conflict { // it was purged, and does not come back this way
			s.unwanted(r, u.Blob)
		}
		return fmt.Errorf("record the upload: %w", err)
	}
	s.metrics.uploads.WithLabelValues(strconv.FormatBool(!created)).Inc()
	if created {
		err := s.cfg.Store.AddEvent(r.Context(), catalog.Event{
			Actor: r.who.Name, Action: "upload.create", Object: "upload/" + string(u.ID),
			Details: uploadDetails(d, &u),
		})
		if err != nil {
			return fmt.Errorf("record the event: %w", err)
		}
	} else if err := s.again(r, d, &u, publish); err != nil {
		return err
	}
	s.cfg.Wake()
	return s.replyUpload(w, r, d, &u)
}

// mine finds the dataset of the path for a change by its department.
func (s *Server) mine(r *request, do catalog.Action) (*catalog.Dataset, error) {
	d, err := s.cfg.Library.Dataset(r.Context(), r.who, r.params.Text("dataset"))
	if err != nil {
		return nil, err
	}
	if !catalog.May(r.who, do, catalog.Subject{Dataset: d}) {
		return nil, catalog.Errorf(catalog.Forbidden, "use a token of the department that the dataset belongs to", "the token is of another department than the dataset")
	}
	return d, nil
}

func (s *Server) tooLarge(size int64) error {
	return catalog.Errorf(catalog.TooLarge, "split the workbook, or ask the operator to raise the limit on uploads",
		"the file has %d bytes; the most is %d", size, s.cfg.MaxUpload)
}

// again brings an upload that was there before as far as the sender now wants
// it: what failed or was cancelled is read again, and a draft is published.
func (s *Server) again(r *request, d *catalog.Dataset, u *catalog.Upload, publish *catalog.PublishIntent) error {
	ctx := r.Context()
	job, err := s.cfg.Store.Job(ctx, u.Job)
	if err != nil {
		return fmt.Errorf("job of upload %s: %w", u.ID, err)
	}
	switch {
	case job.State == catalog.JobFailed || job.State == catalog.JobCancelled:
		if err := s.cfg.Store.RetryJob(ctx, job.ID); err != nil {
			return err
		}
		if publish != nil { // the intent joins the job, which now runs again
			_, err = s.cfg.Store.CreateUpload(ctx, u, publish)
		}
		return err
	case job.State == catalog.JobDone && publish != nil && u.Version > 0:
		v, err := s.cfg.Store.Version(ctx, d.ID, u.Version)
		// A file that is sent again because its answer was lost must not take
		// back what was published since: that wants a publish of its own.
		if err != nil || v.State != catalog.Draft {
			return err
		}
		var codes []string
		if publish.Acknowledge {
			findings, err := s.cfg.Store.Findings(ctx, v.ID)
			if err != nil {
				return err
			}
			for _, f := range findings {
				codes = append(codes, f.Code)
			}
		}
		if _, err = s.cfg.Store.Publish(ctx, v.ID, publish.By, codes); err != nil {
			return err
		}
		s.changed(r)
		return nil
	}
	return nil
}

// uploadDetails says for the audit trail what was sent, and with which decisions
// about personal information.
func uploadDetails(d *catalog.Dataset, u *catalog.Upload) map[string]string {
	details := map[string]string{"dataset": d.Slug, "sha256": u.Blob, "bytes": strconv.FormatInt(u.Bytes, 10)}
	if recipe := u.Options.Recipe; recipe != nil {
		details["recipe"] = "sent"
		if decided := recipe.NewDecisions(&catalog.Recipe{}); len(decided) > 0 {
			details["personal"] = strings.Join(decided, "; ")
		}
	}
	return details
}

// received is a file that is durable, and what came with it.
type received struct {
	hash   string
	size   int64
	name   string
	recipe *catalog.Recipe // nil where none came
}

// receive stores the file of the request and says what it is called.
func (s *Server) receive(w http.ResponseWriter, r *request) (got received, err error) {
	body := newProgressReader(w, r.Body, s.cfg.Stall)
	defer body.done()
	mediaType, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil && r.Header.Get("Content-Type") != "" {
		return got, unsupported("the header Content-Type cannot be read")
	}
	if encoding := r.Header.Get("Content-Encoding"); encoding != "" && encoding != identity {
		return got, unsupported("the body is encoded as " + strconv.Quote(encoding))
	}
	switch mediaType {
	case "multipart/form-data":
		return s.receiveForm(r, multipart.NewReader(body, params["boundary"]))
	case "application/x-www-form-urlencoded", jsonType:
		return got, unsupported("the body is of type " + mediaType + ", which is no file")
	}
	_, disposed, err := mime.ParseMediaType(r.Header.Get("Content-Disposition"))
	if err != nil {
		disposed = nil // no name is no fault
	}
	got.name = uploadName(r.params.Text("filename"), disposed["filename"])
	got.hash, got.size, err = s.cfg.Uploads.Put(r.Context(), body, s.cfg.MaxUpload)
	return got, broken(r.Context(), err)
}

func unsupported(message string) error {
	e := catalog.Errorf(catalog.Unsupported,
		"send the file as it is: curl -F file=@FILE, or curl --data-binary @FILE -H 'Content-Type: application/octet-stream'", "%s", message)
	e.Field = "Content-Type"
	return e
}

func (s *Server) receiveForm(r *request, form *multipart.Reader) (got received, err error) {
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return got, broken(r.Context(), err)
		}
		switch name := part.FormName(); {
		case name == "file" && got.hash == "":
			got.name = uploadName(r.params.Text("filename"), part.FileName())
			got.hash, got.size, err = s.cfg.Uploads.Put(r.Context(), part, s.cfg.MaxUpload)
		case name == "recipe" && got.recipe == nil:
			got.recipe, err = recipePart(part)
		case name == "file" || name == "recipe": // a second file would be dropped without a word
			err = badPart(name, "send one file a request, with at most one recipe", "the form has more than one part named %s", name)
		default:
			err = badPart(fileName(name), "send only parts named file and recipe; everything else is a query parameter", "the form has a part named %q", fileName(name))
		}
		if err != nil {
			return got, broken(r.Context(), err)
		}
	}
	if got.hash == "" {
		return got, badPart("file", "send the file as the part named file: curl -F file=@FILE", "the form has no part named file")
	}
	return got, nil
}

func badPart(field, fix, format string, args ...any) error {
	e := catalog.Errorf(catalog.Invalid, fix, format, args...)
	e.Field = field
	return e
}

// broken makes of a body that ended early what it is: the sender's, not ours.
func broken(ctx context.Context, err error) error {
	var known *catalog.Error
	if err == nil || errors.As(err, &known) || ctx.Err() != nil {
		return err
	}
	e := catalog.Errorf(catalog.Invalid, "send the file again", "the upload broke off or is no form as its Content-Type says")
	e.Cause = err
	return e
}

// uploadName is what the file is called: shown to people, never opened.
func uploadName(names ...string) string {
	for _, name := range names {
		name = fileName(path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, "_"), `\`, "/")))
		if strings.Trim(name, "._") != "" {
			return name
		}
	}
	return "upload"
}

type uploadView struct {
	ID           catalog.UploadID `json:"id"`
	Dataset      string           `json:"dataset"`
	Filename     string           `json:"filename"`
	Bytes        int64            `json:"bytes"`
	SHA256       string           `json:"sha256"`
	CreatedAt    time.Time        `json:"created_at"`
	CreatedBy    string           `json:"created_by"`
	State        catalog.JobState `json:"state"`
	Progress     catalog.Progress `json:"progress"`
	Problem      *uploadProblem   `json:"problem"`
	Version      *versionSummary  `json:"version"`
	URL          string           `json:"url"`
	FindingsURL  string           `json:"findings_url"`
	AnnotatedURL string           `json:"annotated_url"`
	Purged       *tombstoneView   `json:"purged"`
}

type uploadProblem struct {
	Code   string `json:"code"`
	Where  string `json:"where"`
	Detail string `json:"detail"`
	Fix    string `json:"fix"`
}

// viewUpload shows an upload with its version, which is looked up where nil.
func (s *Server) viewUpload(r *request, d *catalog.Dataset, u *catalog.Upload, v *catalog.Version) (uploadView, error) {
	job, err := s.cfg.Store.Job(r.Context(), u.Job)
	if err != nil {
		return uploadView{}, fmt.Errorf("job of upload %s: %w", u.ID, err)
	}
	if u.Version == 0 && job.State.Ended() { // it may have ended since the upload was read
		if u, err = s.cfg.Store.Upload(r.Context(), u.ID); err != nil {
			return uploadView{}, fmt.Errorf("read the upload again: %w", err)
		}
	}
	at := r.base + "/api/v1/uploads/" + string(u.ID)
	view := uploadView{
		ID: u.ID, Dataset: d.Slug, Filename: u.Filename, Bytes: u.Bytes, SHA256: u.Blob, CreatedAt: u.CreatedAt,
		CreatedBy: u.CreatedBy, State: job.State, Progress: job.Progress, URL: at, FindingsURL: at + "/findings", AnnotatedURL: at + "/annotated.xlsx",
		Purged: viewTombstone(u.Purged),
	}
	if f := job.Failure; f != nil {
		lang := langOf(r)
		view.Problem = &uploadProblem{f.Code, f.Where, f.Sentence(lang), f.Fix(lang)}
	}
	if u.Version > 0 {
		if v == nil {
			if v, err = s.cfg.Store.Version(r.Context(), d.ID, u.Version); err != nil {
				return uploadView{}, fmt.Errorf("version of upload %s: %w", u.ID, err)
			}
		}
		summary := summarise(r.base, d, v)
		view.Version = &summary
	}
	return view, nil
}

func langOf(r *request) catalog.Lang {
	if lang := r.params.Text("lang"); lang != "" {
		return catalog.Lang(lang)
	}
	return catalog.ZH
}

// replyUpload answers with an upload that was sent: 202 while it is to be
// read, 200 where it was read before.
func (s *Server) replyUpload(w http.ResponseWriter, r *request, d *catalog.Dataset, u *catalog.Upload) error {
	fresh, err := s.cfg.Store.Upload(r.Context(), u.ID)
	if err != nil {
		return err
	}
	view, err := s.viewUpload(r, d, fresh, nil)
	if err != nil {
		return err
	}
	status := http.StatusAccepted
	if view.State.Ended() {
		status = http.StatusOK
	}
	w.Header().Set("Location", view.URL)
	return s.reply(w, r, status, view, freshness{})
}

// upload finds the upload of the path; one of another department is none.
func (s *Server) upload(r *request, do catalog.Action) (*catalog.Dataset, *catalog.Upload, error) {
	id := catalog.UploadID(r.params.Text("upload"))
	none := catalog.Errorf(catalog.NotFound, "use the URL that Location gave when the file was sent, with a token of the same department",
		"there is no upload %q", id)
	u, err := s.cfg.Store.Upload(r.Context(), id)
	if catalog.KindOf(err) == catalog.NotFound && err != nil {
		return nil, nil, none
	}
	if err != nil {
		return nil, nil, err
	}
	d, err := s.cfg.Store.Dataset(r.Context(), u.Dataset)
	if err != nil {
		return nil, nil, fmt.Errorf("dataset of upload %s: %w", u.ID, err)
	}
	if !catalog.May(r.who, do, catalog.Subject{Dataset: d}) {
		return nil, nil, none
	}
	return d, u, nil
}

func (s *Server) getUpload(w http.ResponseWriter, r *request) error {
	d, u, err := s.upload(r, catalog.ReadUpload)
	if err != nil {
		return err
	}
	view, err := s.viewUpload(r, d, u, nil)
	if err != nil {
		return err
	}
	return s.reply(w, r, http.StatusOK, view, freshness{})
}

func (s *Server) listUploads(w http.ResponseWriter, r *request) error {
	d, err := s.mine(r, catalog.ReadUpload)
	if err != nil {
		return err
	}
	all, err := s.cfg.Store.ListUploads(r.Context(), d.ID)
	if err != nil {
		return err
	}
	versions, err := s.cfg.Store.ListVersions(r.Context(), d.ID)
	if err != nil {
		return err
	}
	made := map[int]*catalog.Version{}
	for i := range versions {
		made[versions[i].Number] = &versions[i]
	}
	views := make([]uploadView, 0, len(all))
	for i := range all {
		view, err := s.viewUpload(r, d, &all[i], made[all[i].Version])
		if err != nil {
			return err
		}
		views = append(views, view)
	}
	return s.reply(w, r, http.StatusOK, list(views), freshness{})
}

func (s *Server) cancelUpload(w http.ResponseWriter, r *request) error {
	return s.moveUpload(w, r, http.StatusOK, s.cfg.Store.CancelJob)
}

func (s *Server) retryUpload(w http.ResponseWriter, r *request) error {
	return s.moveUpload(w, r, http.StatusAccepted, s.cfg.Store.RetryJob)
}

func (s *Server) moveUpload(w http.ResponseWriter, r *request, status int, move func(context.Context, catalog.JobID) error) error {
	d, u, err := s.upload(r, catalog.CancelJob)
	if err != nil {
		return err
	}
	if err := move(r.Context(), u.Job); err != nil {
		return err
	}
	s.cfg.Wake()
	view, err := s.viewUpload(r, d, u, nil)
	if err != nil {
		return err
	}
	if status == http.StatusAccepted {
		w.Header().Set("Location", view.URL)
	}
	return s.reply(w, r, status, view, freshness{})
}
