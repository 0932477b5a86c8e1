package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"gongkai/api/contract"
	"gongkai/catalog"
)

// The kinds of failure that only HTTP has; they stand beside catalog's.
const (
	methodNotAllowed catalog.Kind = 1000 + iota
	notAcceptable
	badRange
)

// problem is what a kind of failure looks like from outside.
type problem struct {
	kind   catalog.Kind
	status int
	slug   string // heading in docs/api.md and anchor of /docs/problems
	title  string
	titleZ string // in Chinese
	help   string // for readers of /docs/problems
	fix    string // where the error itself names none
}

// problems is the one table from kinds to statuses.
var problems = []problem{
	{catalog.Invalid, contract.Status(catalog.Invalid), "invalid-request", "Invalid request", "请求有误",
		"A parameter is unknown, repeated or not as it should be, or the body cannot be understood. field and position say where.",
		"correct the request and send it again"},
	{catalog.Unauthenticated, contract.Status(catalog.Unauthenticated), "token-needed", "Token needed", "需要令牌",
		"The operation needs a token, or the one that was sent is unknown, expired or revoked.",
		"send Authorization: Bearer with a token that is in force; the operator makes one with gongkai token create"},
	{catalog.Forbidden, contract.Status(catalog.Forbidden), "not-allowed", "Not allowed", "无权操作",
		"The token is in force, but it belongs to another department.",
		"use a token of the department that the dataset belongs to"},
	{catalog.NotFound, contract.Status(catalog.NotFound), "not-found", "Not found", "未找到",
		"There is nothing of this name, or it is not public.",
		"look the name up in /api/v1/datasets"},
	{methodNotAllowed, http.StatusMethodNotAllowed, "method-not-allowed", "Method not allowed", "方法不允许",
		"The URL exists and does not answer this method; the header Allow lists those that it does.",
		"use a method that the header Allow lists"},
	{notAcceptable, http.StatusNotAcceptable, "not-acceptable", "Not acceptable", "无法接受",
		"The header Accept or Accept-Encoding excludes everything that the URL can answer.",
		"leave out the header Accept"},
	{catalog.Conflict, contract.Status(catalog.Conflict), "conflict", "Conflict", "状态冲突",
		"The present state forbids the request: findings block publication, a job has ended, a version is no draft.",
		"look at the present state and decide again"},
	{catalog.Stale, contract.Status(catalog.Stale), "superseded", "Superseded", "已被取代",
		"Something newer has taken the place of what the request was about.",
		"look at the present state and decide again"},
	{catalog.Gone, contract.Status(catalog.Gone), "withdrawn", "Withdrawn", "已撤回",
		"The version was published and has been withdrawn; detail gives the day and the reason.",
		"read the published version instead: leave out version"},
	{catalog.TooLarge, contract.Status(catalog.TooLarge), "too-large", "Too large", "超出大小限制",
		"The body is larger than the limit that the server has, or the answer needs more memory than one may.",
		"send less at a time"},
	{catalog.Unsupported, contract.Status(catalog.Unsupported), "unsupported-type", "Unsupported type", "不支持的类型",
		"The body has a media type or an encoding that is not understood here.",
		"send it in a type that /docs lists for the operation"},
	{badRange, http.StatusRequestedRangeNotSatisfiable, "range-not-satisfiable", "Range not satisfiable", "范围无效",
		"The header Range asks for bytes that the file does not have; Content-Range tells its length.",
		"ask for bytes within the length that Content-Range tells, or leave Range out"},
	{catalog.Unprocessable, contract.Status(catalog.Unprocessable), "cannot-be-taken", "Cannot be taken", "无法处理",
		"The request is well formed, but the data in it cannot be taken.",
		"correct the data and send it again"},
	{catalog.Internal, contract.Status(catalog.Internal), "internal-error", "Internal error", "内部错误",
		"The server failed. It is our fault; the request id finds the cause in the server's log.",
		"try again; if it stays, report the request_id to the operator"},
	{catalog.Busy, contract.Status(catalog.Busy), "busy", "Busy", "繁忙",
		"As many requests run as the server can bear, or they use its memory; Retry-After says when to come back.",
		"try again after the seconds that Retry-After says"},
	{catalog.TooMany, contract.Status(catalog.TooMany), "too-many-requests", "Too many requests", "请求过多",
		"You have made more requests in a minute than one client may, or have as many requests or statements under way; others are served meanwhile.",
		"send the next after the seconds that Retry-After says, and fewer side by side"},
	{catalog.Deadline, contract.Status(catalog.Deadline), "query-too-slow", "Query too slow", "查询超时",
		"The query took longer than one may.",
		"narrow the rows with where, select fewer columns, or download the whole table"},
	{catalog.Full, contract.Status(catalog.Full), "storage-full", "Storage full", "存储空间不足",
		"The disk has no room or cannot make bytes durable. Nothing of the request was stored; reading goes on.",
		"try again later; the operator has to make room"},
}

func problemOf(kind catalog.Kind) problem {
	for _, p := range problems {
		if p.kind == kind {
			return p
		}
	}
	return problemOf(catalog.Internal)
}

// problemBody is RFC 9457's problem, with what to do about it.
type problemBody struct {
	Type      string `json:"type"`
	Title     string `json:"title"`
	Status    int    `json:"status"`
	Detail    string `json:"detail"`
	Fix       string `json:"fix"`
	Field     string `json:"field,omitempty"`
	Position  int    `json:"position,omitempty"`
	Instance  string `json:"instance"`
	RequestID string `json:"request_id"`
}

// asError finds the client's error in err; what is none becomes Internal.
func asError(err error) *catalog.Error {
	var e *catalog.Error
	if errors.As(err, &e) {
		return e
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return &catalog.Error{Kind: catalog.Deadline, Message: "the query took too long", Cause: err}
	}
	return &catalog.Error{Kind: catalog.Internal, Message: "something failed on the server", Cause: err}
}

// fail answers a request with an error: the only place that does.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		panic(http.ErrAbortHandler) // the client has gone
	}
	if out, ok := w.(*responseWriter); ok && out.status != 0 {
		// Part of the answer is out. Ending it properly would pass a part for the whole.
		s.log.WarnContext(r.Context(), "answer broke off", "request_id", requestID(r.Context()), "path", r.URL.Path, "error", err)
		panic(http.ErrAbortHandler)
	}
	e := asError(err)
	p := problemOf(e.Kind)
	if p.status >= http.StatusInternalServerError && e.Kind != catalog.Busy && e.Kind != catalog.Deadline {
		s.log.LogAttrs(r.Context(), slog.LevelError, "request failed", slog.String("request_id", requestID(r.Context())),
			slog.String("path", r.URL.Path), slog.Any("error", err))
	}
	body := problemBody{
		Type: s.base(r) + "/docs/problems#" + p.slug, Title: p.title, Status: p.status,
		Detail: e.Message, Fix: e.Fix, Field: e.Field, Position: e.Pos,
		Instance: r.URL.EscapedPath(), RequestID: requestID(r.Context()),
	}
	if p.kind == catalog.Internal { // its message is for the log
		body.Detail = problemOf(catalog.Internal).help
	}
	if body.Fix == "" {
		body.Fix = p.fix
	}
	h := w.Header()
	for _, name := range []string{"ETag", "Last-Modified", "Content-Disposition", "Content-Encoding", "Accept-Ranges", "Content-Length", "Link"} {
		h.Del(name)
	}
	h.Set("Content-Type", "application/problem+json")
	h.Set("Content-Language", "en")
	h.Set("Cache-Control", "no-store")
	switch p.kind {
	case catalog.Unauthenticated:
		h.Set("WWW-Authenticate", `Bearer realm="gongkai"`)
	case catalog.Busy, catalog.TooMany:
		if h.Get("Retry-After") == "" {
			h.Set("Retry-After", "5")
		}
	}
	w.WriteHeader(p.status)
	if r.Method != http.MethodHead {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		enc.Encode(body) //nolint:errcheck // a client that has gone hears nothing
	}
}

// notFound answers paths that nothing is served at.
func (s *Server) notFound(w http.ResponseWriter, r *http.Request) {
	if s.cfg.Pages != nil && !forPrograms(r.URL.Path) {
		s.cfg.Pages.NotFound(w, r)
		return
	}
	fix := "the API's URLs are listed in /docs"
	if plain := strings.TrimRight(r.URL.Path, "/"); s.allowed(plain) != nil {
		fix = "leave out the slash at the end"
	}
	s.fail(w, r, catalog.Errorf(catalog.NotFound, fix, "nothing is served at %s", r.URL.EscapedPath()))
}

// notAllowed answers methods that a path does not have.
func (s *Server) notAllowed(w http.ResponseWriter, r *http.Request) {
	allow := strings.Join(s.allowed(r.URL.Path), ", ")
	w.Header().Set("Allow", allow)
	s.fail(w, r, catalog.Errorf(methodNotAllowed, "use one of: "+allow, "%s does not answer %s", r.URL.EscapedPath(), r.Method))
}
