package api

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"gongkai/catalog"
	"gongkai/ingest"
)

// mediaTypes of annotated workbooks, by how their names end.
var workbookTypes = map[string]string{
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
}

// getAnnotated gives a department its own workbook back, with the bad cells
// marked and its findings on a first sheet.
func (s *Server) getAnnotated(w http.ResponseWriter, r *request) error {
	if err := mustAccept(r.Request, workbookTypes[".xlsx"], workbookTypes[".xlsm"], "application/octet-stream"); err != nil {
		return err
	}
	_, u, err := s.upload(r, catalog.ReadUpload)
	if err != nil {
		return err
	}
	if u.Purged.Stands() {
		return catalog.Errorf(catalog.Gone, "upload a corrected workbook", "the file was purged on %s: %s", catalog.Day(u.Purged.At), u.Purged.Reason)
	}
	findings, err := s.annotations(r, u)
	if err != nil {
		return err
	}
	if s.cfg.Annotated == nil {
		return catalog.Errorf(catalog.NotFound, "read the findings instead: "+r.base+"/api/v1/uploads/"+string(u.ID)+"/findings", "this server makes no annotated workbooks")
	}
	if err := s.asRead(r, u); err != nil {
		return err
	}
	lang := langOf(r)
	path, err := s.cfg.Annotated.File(r.Context(), u, findings, lang)
	if err != nil {
		return fmt.Errorf("annotate upload %s: %w", u.ID, err)
	}
	in, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open the annotated workbook: %w", err)
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return fmt.Errorf("open the annotated workbook: %w", err)
	}
	ext := filepath.Ext(path)
	f := freshness{tag: strings.TrimSuffix(filepath.Base(path), ext), private: true, modified: info.ModTime()}
	h := w.Header()
	f.set(h, identity, true)
	h.Set("Content-Type", workbookTypes[ext])
	h.Set("Content-Language", string(lang))
	h.Set("Content-Disposition", annotatedName(u.Filename, ext, lang))
	return serveContent(w, r.Request, f.modified, in)
}

// annotations are the findings to mark, of the draft or of the refusal.
func (s *Server) annotations(r *request, u *catalog.Upload) ([]catalog.Finding, error) {
	job, err := s.cfg.Store.Job(r.Context(), u.Job)
	if err != nil {
		return nil, fmt.Errorf("job of upload %s: %w", u.ID, err)
	}
	at := r.base + "/api/v1/uploads/" + string(u.ID)
	switch {
	case !job.State.Ended():
		return nil, catalog.Errorf(catalog.Conflict, "ask "+at+" until state is done or failed, then ask again", "the file is still being read: the job is %s", job.State)
	case job.State == catalog.JobCancelled:
		return nil, catalog.Errorf(catalog.Conflict, "POST "+at+"/retry to have it read, then ask again", "the reading of the file was cancelled")
	case job.Failure != nil && (strings.HasPrefix(job.Failure.Code, "job-") || job.Failure.Code == "store-full"):
		return nil, ingest.RefusalError(job.Failure) // a child would run into the same again
	}
	var findings []catalog.Finding
	if u.Version > 0 {
		v, err := s.cfg.Store.Version(r.Context(), u.Dataset, u.Version)
		if err != nil {
			return nil, fmt.Errorf("version of upload %s: %w", u.ID, err)
		}
		if findings, err = s.cfg.Store.Findings(r.Context(), v.ID); err != nil {
			return nil, fmt.Errorf("findings of upload %s: %w", u.ID, err)
		}
	}
	if job.Failure != nil {
		findings = append(findings, *job.Failure)
	}
	return findings, nil
}

// asRead gives an upload the encoding that a recipe named when it was read.
func (s *Server) asRead(r *request, u *catalog.Upload) error {
	if u.Options.Encoding != "" || u.Version == 0 {
		return nil
	}
	v, err := s.cfg.Store.Version(r.Context(), u.Dataset, u.Version)
	if err != nil {
		return fmt.Errorf("version of upload %s: %w", u.ID, err)
	}
	recipe, err := s.cfg.Store.Reading(r.Context(), v.ID)
	switch {
	case err == nil:
		u.Options.Encoding = recipe.Encoding
	case catalog.KindOf(err) != catalog.NotFound:
		return fmt.Errorf("reading of upload %s: %w", u.ID, err)
	}
	return nil
}

// annotatedName is what the download is called: as the file was, and that it
// is annotated.
func annotatedName(original, ext string, lang catalog.Lang) string {
	note := "-标注"
	if lang == catalog.EN {
		note = "-annotated"
	}
	name := fileName(strings.TrimSuffix(original, filepath.Ext(original))) + note + ext
	return `attachment; filename="annotated` + ext + `"; filename*=UTF-8''` + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
}
