"""`cairn keys` and `cairn users` on a data folder: the owner's way in."""

import pathlib
import sqlite3
import stat
import subprocess
import unittest

from bad_cases import BadCase, HeldIngest


class Keys(BadCase):
    def make(self, *arguments, **options):
        return self.ok("keys", "create", "test", *arguments, "--json", **options).json

    def listed(self, *arguments, **options):
        return self.ok("keys", *arguments, "--json", **options).json["items"]

    def users(self, *arguments, stdin="correct horse battery\n"):
        return subprocess.run(self.command("users", *arguments), cwd=self.folder, input=stdin, capture_output=True, text=True, timeout=60)

    def test_a_key_is_made_listed_and_revoked(self):
        made = self.make("--scopes", "query,ingest", "--groups", "finance", "--expires-days", "3", "--requests-per-minute", "60")
        self.assertEqual((made["scopes"], made["groups"], made["limits"]["requests_per_minute"]), (["query", "ingest"], ["finance"], 60))
        self.assertTrue(made["secret"].startswith(made["prefix"]) and made["expires_at"])
        self.assertNotIn("secret", self.listed()[0])
        self.ok("keys", "revoke", made["id"])
        self.assertIsNotNone(self.listed("list")[0]["revoked_at"])

    def test_each_tenant_has_its_own_keys(self):
        made = self.make("--tenant", "acme")
        self.assertEqual(self.listed(), [])
        self.assertEqual([key["id"] for key in self.listed("--tenant", "acme")], [made["id"]])
        self.fails("keys", "revoke", made["id"], says="there is no key")
        self.ok("keys", "revoke", made["id"], "--tenant", "acme")

    def test_keys_are_made_while_another_process_holds_the_folder(self):
        self.write("files/a.txt")
        held = HeldIngest(self, "files")
        made = self.make("--scopes", "admin")
        self.assertEqual([key["id"] for key in self.listed()], [made["id"]])
        self.assertEqual(held.let_go()[0], 0)

    def test_a_backup_takes_keys_and_users_along_and_keeps_them_private(self):
        self.ok("ingest", self.write("a.txt"))
        made = self.make()
        self.assertEqual(self.users("create", "ada", "--scopes", "admin").returncode, 0)
        self.ok("backup", self.folder / "copy")
        restored = self.folder / "restored"
        self.ok("restore", self.folder / "copy", data=restored)
        for folder in (self.data, self.folder / "copy", restored):
            self.assertEqual(stat.S_IMODE((folder / "access.sqlite").stat().st_mode), 0o600, folder)
        self.assertEqual([key["id"] for key in self.listed(data=restored)], [made["id"]])
        self.assertEqual(len(self.ok("users", "--json", data=restored).json["items"]), 1)

    def test_no_secret_is_stored_or_logged(self):
        made = self.make()
        self.users("create", "ada", "--scopes", "admin")
        hidden = [made["secret"][len(made["prefix"]):].encode(), b"correct horse"]
        for path in filter(pathlib.Path.is_file, self.data.rglob("*")):
            for secret in hidden:
                self.assertNotIn(secret, path.read_bytes(), path)
        with sqlite3.connect(f"file:{self.data}/access.sqlite?mode=ro", uri=True) as store:
            self.assertEqual([row[0] for row in store.execute("SELECT action FROM audit ORDER BY number")], ["key.create", "user.create"])
            self.assertTrue(store.execute("SELECT password_hash FROM users").fetchone()[0].startswith("$argon2id$"))

    def test_what_is_wrong_is_said(self):
        self.fails("keys", "create", "a", "--scopes", "root", status=2, says=["no scope 'root'", "query, ingest and admin"])
        self.fails("keys", "create", "", status=2, says="name of a key")
        self.fails("keys", "create", "a", "--tenant", "../x", status=2, says="name of a tenant")
        self.fails("keys", "create", "a", "--expires-days", "0", says="expires-days", status=2)
        self.fails("keys", "revoke", "nothing", says="there is no key 'nothing'")
        for status, arguments, stdin, words in [(2, ("create", "ada"), "short\n", "at least 8"), (2, ("create", "ada"), "", "no password"),
                                                (2, ("create", "a/b"), "long enough\n", "name of a user"), (1, ("delete", "eve"), "", "no user 'eve'"),
                                                (2, ("create", "ada", "--password-file", "missing"), "", "no password")]:
            done = self.users(*arguments, stdin=stdin)
            self.assertEqual(done.returncode, status, done)
            self.assertIn(words, done.stderr)

    def test_what_a_tenant_may_store_is_shown_and_set(self):
        self.assertIn("any number of documents", self.ok("tenants", "quota", "sales").out)
        self.ok("tenants", "quota", "sales", "--max-documents", "5")
        self.assertEqual(self.ok("tenants", "quota", "sales", "--max-bytes", "7", "--json").json, {"max_documents": 5, "max_bytes": 7})
        self.fails("tenants", "quota", "../x", status=2, says="name of a tenant")
        self.fails("tenants", "quota", "sales", "--max-bytes", "-1", status=2, says="--max-bytes")

    def test_the_last_administrator_stays_and_passwords_can_be_set(self):
        self.assertEqual(self.users("create", "ada", "--scopes", "admin").returncode, 0)
        done = self.users("delete", "ada")
        self.assertEqual((done.returncode, "last administrator" in done.stderr), (1, True))
        self.assertEqual(self.users("password", "ada", stdin="another passphrase\n").returncode, 0)

    def test_a_folder_that_cannot_be_written_says_so(self):
        user = self.as_nobody()
        self.ok("ingest", self.write("a.txt"))
        self.data.chmod(0o555)
        try:
            self.fails("keys", "create", "a", says=["cannot write", "--data"], **user)
        finally:
            self.data.chmod(0o700)


if __name__ == "__main__":
    unittest.main()
