package main

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"gongkai/catalog"
)

func tokenCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "token", Short: "Tokens with which programs act for a department"}
	cmd.AddCommand(tokenCreateCommand(), tokenListCommand(), tokenRevokeCommand())
	return cmd
}

func tokenCreateCommand() *cobra.Command {
	var department, label string
	var days int
	var asJSON, reader bool
	cmd := &cobra.Command{
		Use:   "create --department SLUG | --reader --label NAME",
		Short: "Make a token and print its secret, once",
		Long:  "Make a token and print its secret, once. With --department it acts for a department; with --reader it may do no more\nthan the public, but more often: a key for researchers whose programs ask a lot.",
		Args:  exactArgs(0),
	}
	data := dataFlag(cmd)
	cmd.Flags().StringVar(&department, "department", "", "slug of the department that the token acts for")
	cmd.Flags().StringVar(&label, "label", "", "whom it is for and why; shown in the audit trail")
	cmd.Flags().IntVar(&days, "days", 365, "days until it expires; 0: never")
	cmd.Flags().BoolVar(&reader, "reader", false, "a key that raises the limits of fair use and gives no rights")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		switch {
		case reader && (department != "" || label == ""):
			return &exitError{exitUsage, errors.New("--reader wants --label, which says whose key it is, and no --department")}
		case !reader && department == "":
			return &exitError{exitUsage, errors.New("--department is needed, or --reader")}
		}
		if days < 0 {
			return &exitError{exitUsage, fmt.Errorf("--days is %d; give 1 or more, or 0 for a token that never expires", days)}
		}
		if err := mustExist(*data); err != nil {
			return err
		}
		ctx := cmd.Context()
		fo, err := openFolder(ctx, *data)
		if err != nil {
			return err
		}
		defer fo.close()
		secret, hash := catalog.NewSecret()
		t := &catalog.Token{Hash: hash, Label: label}
		holder := "reader " + label
		if !reader {
			dep, err := fo.store.DepartmentBySlug(ctx, department)
			if err != nil {
				return err
			}
			t.Department, holder = dep.ID, department
		}
		if t.Label == "" {
			t.Label = department
		}
		if days > 0 {
			t.ExpiresAt = time.Now().AddDate(0, 0, days)
		}
		if err := fo.store.CreateToken(ctx, t); err != nil {
			return err
		}
		if asJSON {
			return writeJSON(cmd.OutOrStdout(), map[string]any{"id": t.ID, "token": secret, "department": department})
		}
		fmt.Fprintln(cmd.OutOrStdout(), secret)
		fmt.Fprintf(cmd.ErrOrStderr(), "token %d for %s; it is shown this once, keep it safe\n", t.ID, holder)
		return nil
	}
	return cmd
}

func tokenListCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "list", Short: "List the tokens, without their secrets", Args: exactArgs(0)}
	data := dataFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := mustExist(*data); err != nil {
			return err
		}
		ctx := cmd.Context()
		fo, err := openFolder(ctx, *data)
		if err != nil {
			return err
		}
		defer fo.close()
		tokens, err := fo.store.ListTokens(ctx)
		if err != nil {
			return err
		}
		for _, t := range tokens {
			holder := "reader"
			if t.Department != 0 {
				dep, err := fo.store.Department(ctx, t.Department)
				if err != nil {
					return err
				}
				holder = dep.Slug
			}
			state := "in force"
			if !t.Valid(time.Now()) {
				state = "not in force"
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%d\t%s\t%s\t%s\n", t.ID, holder, state, t.Label)
		}
		return nil
	}
	return cmd
}

func tokenRevokeCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "revoke ID", Short: "End a token at once", Args: exactArgs(1)}
	data := dataFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		id, err := strconv.ParseInt(args[0], 10, 64)
		if err != nil {
			return &exitError{exitUsage, fmt.Errorf("the ID of a token is a number, not %q", args[0])}
		}
		if err := mustExist(*data); err != nil {
			return err
		}
		fo, err := openFolder(cmd.Context(), *data)
		if err != nil {
			return err
		}
		defer fo.close()
		return fo.store.RevokeToken(cmd.Context(), catalog.TokenID(id))
	}
	return cmd
}
