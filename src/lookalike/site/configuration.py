"""The settings of the site, worked out from its home, its database and where it is served. Nothing is written here."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from lookalike.errors import SiteNotReady
from lookalike.site.home import Home

HERE = Path(__file__).parent
SESSION_HOURS = 12
"""CJIS Security Policy v5.9.5, IA-11: signed in anew after twelve hours."""


def database(address: str, home: Home) -> dict[str, Any]:
    """The database's settings. address: "" for SQLite in the home, else postgresql://user:password@host:port/name.

    Raises SiteNotReady for anything else.
    """
    if not address:
        pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        options = {"transaction_mode": "IMMEDIATE", "timeout": 30, "init_command": pragmas}
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(home.data / "site.sqlite3"), "OPTIONS": options}
    parts = urlsplit(address)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise SiteNotReady(
            "LOOKALIKE_DATABASE is not the address of a PostgreSQL database.",
            remedy="Write it as postgresql://user:password@host:5432/name, or leave it out for SQLite.",
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def settings_for(
    home: Home, *, database_address: str = "", hosts: tuple[str, ...] = (), secure: bool = True, environment: str = ""
) -> dict[str, Any]:
    """Every setting of Django and of the site.

    hosts: names under which it is served. secure: behind TLS; False only on this machine. environment: words of a
    banner on every page, for a demonstration or a school.
    """
    apps = ("people", "bookings", "cases", "searches", "examinations", "leads")
    return {
        "SECRET_KEY": home.secret(),
        "DEBUG": False,
        "ALLOWED_HOSTS": list(hosts) or ["localhost", "127.0.0.1", "[::1]"],
        "INSTALLED_APPS": [
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "django.contrib.staticfiles",
            "allauth",
            "allauth.account",
            "allauth.mfa",
            "allauth.socialaccount",
            "allauth.socialaccount.providers.openid_connect",
            "django_htmx",
            "django_tasks",
            "django_tasks_db",
            "lookalike.casework",
            *(f"lookalike.casework.{app}" for app in apps),
            "lookalike.site",
        ],
        "MIDDLEWARE": [
            "django.middleware.security.SecurityMiddleware",
            "whitenoise.middleware.WhiteNoiseMiddleware",
            "csp.middleware.CSPMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "allauth.account.middleware.AccountMiddleware",
            "django_htmx.middleware.HtmxMiddleware",
            "lookalike.site.guard.Guard",
            "lookalike.casework.uploads.tidy",
        ],
        "ROOT_URLCONF": "lookalike.site.urls",
        "WSGI_APPLICATION": "lookalike.site.wsgi.application",
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [HERE / "templates"],
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.template.context_processors.csrf",
                        "django.contrib.messages.context_processors.messages",
                        "lookalike.site.context.frame",
                    ],
                },
            }
        ],
        "DATABASES": {"default": database(database_address, home)},
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "AUTH_USER_MODEL": "people.Person",
        "LANGUAGE_CODE": "en-us",
        "TIME_ZONE": "America/Detroit",
        "USE_TZ": True,
        "USE_I18N": True,
        "STATIC_URL": "/static/",
        "STATIC_ROOT": str(home.data / "static"),
        "STORAGES": {
            "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        "WHITENOISE_USE_FINDERS": True,
        "TASKS": {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}},
        # uploads: what is too large for memory is sealed as it comes in, and destroyed with the request
        "FILE_UPLOAD_HANDLERS": [
            "django.core.files.uploadhandler.MemoryFileUploadHandler",
            "lookalike.casework.uploads.Sealing",
        ],
        "FILE_UPLOAD_MAX_MEMORY_SIZE": 4 << 20,
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 4 << 20,
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": 2000,
        # sessions and cookies
        "SESSION_COOKIE_AGE": SESSION_HOURS * 3600,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_USE_SESSIONS": True,
        "CSRF_COOKIE_SECURE": secure,
        "CSRF_FAILURE_VIEW": "lookalike.site.errors.csrf_failure",
        "SECURE_SSL_REDIRECT": secure,
        "SECURE_HSTS_SECONDS": 31536000 if secure else 0,
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "same-origin",
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if secure else None,
        "X_FRAME_OPTIONS": "DENY",
        "CONTENT_SECURITY_POLICY": {
            "DIRECTIVES": {
                "default-src": ["'none'"],
                "script-src": ["'self'"],
                "style-src": ["'self'"],
                "img-src": ["'self'", "data:", "blob:"],
                "media-src": ["'self'", "blob:"],
                "connect-src": ["'self'"],
                "worker-src": ["'self'"],
                "font-src": ["'self'"],
                "form-action": _form_targets(),
                "base-uri": ["'none'"],
                "frame-ancestors": ["'none'"],
            }
        },
        "PASSWORD_HASHERS": [
            "django.contrib.auth.hashers.ScryptPasswordHasher",
            "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        ],
        "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "home",
        "FORM_RENDERER": "lookalike.site.forms.Renderer",
        "LOGGING": {
            "version": 1,
            "disable_existing_loggers": False,
            "handlers": {"stderr": {"class": "logging.StreamHandler"}},
            "root": {"handlers": ["stderr"], "level": "WARNING"},
        },
        # ours
        "HOME": home,
        "FILES_FOLDER": str(home.data / "files"),
        "KEYS_FOLDER": str(home.keys),
        "LEDGER_FOLDER": str(home.data / "ledger"),
        "LEDGER_KEYS": str(home.keys / "ledger"),
        "GALLERIES_FOLDER": str(home.galleries),
        "INBOX_FOLDER": str(home.inbox),
        "ENVIRONMENT": environment,
        **accounts(),
    }


def accounts() -> dict[str, Any]:
    """How people sign in (django-allauth): by name and password with a second factor, by passkey, or by OIDC.

    From the environment: LOOKALIKE_OIDC_SERVER, _CLIENT, _SECRET, _NAME, _SUBJECT (the claim that names a person) and
    _ACR (the values that mean two factors), for an agency that has its own sign-in; LOOKALIKE_PROXIES, how many
    proxies stand before the site.
    """
    here = "lookalike.casework.people.entrance"
    validators = "django.contrib.auth.password_validation"
    return {
        "ACCOUNT_ADAPTER": f"{here}.adapters.AccountAdapter",
        "ACCOUNT_LOGIN_METHODS": {"username"},
        "ACCOUNT_SIGNUP_FIELDS": ["username*", "password1*"],
        "ACCOUNT_USER_MODEL_EMAIL_FIELD": "email",
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": "username",
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_SESSION_REMEMBER": False,
        "ACCOUNT_LOGOUT_REDIRECT_URL": "notice",
        "ACCOUNT_RATE_LIMITS": {"login_failed": None},  # failures are counted in the database (AC-7)
        "ACCOUNT_FORMS": {
            "login": f"{here}.forms.SignInForm",
            "change_password": f"{here}.forms.PasswordForm",
            "reauthenticate": f"{here}.forms.AgainForm",
        },
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": f"{validators}.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
            {"NAME": f"{validators}.CommonPasswordValidator"},
            {
                "NAME": f"{validators}.UserAttributeSimilarityValidator",
                "OPTIONS": {"user_attributes": ("username", "name")},
            },
        ],
        "MFA_ADAPTER": f"{here}.adapters.SecondFactorAdapter",
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_RECOVERY_CODES_SHOW_ONCE": True,
        "MFA_TOTP_TOLERANCE": 1,
        "MFA_FORMS": {
            "authenticate": f"{here}.forms.CodeForm",
            "authenticate_webauthn": f"{here}.forms.PasskeyForm",
            "login_webauthn": f"{here}.forms.PasskeyAloneForm",
            "reauthenticate": f"{here}.forms.CodeAgainForm",
            "reauthenticate_webauthn": f"{here}.forms.PasskeyAgainForm",
            "activate_totp": f"{here}.forms.NewCodeForm",
            "add_webauthn": f"{here}.forms.NewPasskeyForm",
        },
        "SOCIALACCOUNT_ADAPTER": f"{here}.adapters.AgencyAdapter",
        "SOCIALACCOUNT_PROVIDERS": {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": _agency_sign_in()}},
        "SOCIALACCOUNT_QUERY_EMAIL": False,
        "SOCIALACCOUNT_STORE_TOKENS": False,
        "OIDC_ACR": tuple(os.environ.get("LOOKALIKE_OIDC_ACR", "").split()),
        "PROXIES": int(os.environ.get("LOOKALIKE_PROXIES") or 0),
        # codes that were used, and how often somebody tried: shared by every process of the site
        "CACHES": {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "site_cache"}},
    }


def _agency_sign_in() -> list[dict[str, Any]]:
    """The agency's own sign-in, where the environment names one."""
    server = os.environ.get("LOOKALIKE_OIDC_SERVER", "")
    if not server:
        return []
    return [
        {
            "provider_id": "agency",
            "name": os.environ.get("LOOKALIKE_OIDC_NAME") or "the agency's sign-in",
            "client_id": os.environ.get("LOOKALIKE_OIDC_CLIENT", ""),
            "secret": os.environ.get("LOOKALIKE_OIDC_SECRET", ""),
            "settings": {"server_url": server, "uid_field": os.environ.get("LOOKALIKE_OIDC_SUBJECT") or "sub"},
        }
    ]


def _form_targets() -> list[str]:
    """Where a form may lead: this site, and the agency's own sign-in."""
    server = urlsplit(os.environ.get("LOOKALIKE_OIDC_SERVER", ""))
    return ["'self'"] + ([f"{server.scheme}://{server.netloc}"] if server.netloc else [])
