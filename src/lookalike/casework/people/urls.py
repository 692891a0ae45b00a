"""The addresses of this step."""

from __future__ import annotations

from lookalike.casework.pages import route
from lookalike.casework.people.views import accounts, entrance, home, law, ledger

urlpatterns = [
    route("", home.home, name="home"),
    route("notice/", entrance.notice, name="notice"),
    route("take-up/<str:code>/", entrance.take_up, name="take-up"),
    route("second-factor/", entrance.second_factor, name="second-factor"),
    route("me/", home.me, name="me"),
    route("me/tokens/", home.make_token, name="make-token"),
    route("me/tokens/<str:public_id>/withdraw/", home.withdraw_token, name="withdraw-token"),
    route("me/sessions/<str:public_id>/end/", home.end_session, name="end-session"),
    route("accounts/", accounts.listed, name="accounts"),
    route("accounts/new/", accounts.new, name="account-new"),
    route("accounts/<str:public_id>/", accounts.account, name="account"),
    route("accounts/<str:public_id>/change/", accounts.change, name="account-change"),
    route("accounts/<str:public_id>/link/", accounts.draw_link, name="account-link"),
    route("accounts/<str:public_id>/release/", accounts.release, name="account-release"),
    route("accounts/<str:public_id>/disable/", accounts.disable, name="account-disable"),
    route("accounts/<str:public_id>/enable/", accounts.enable, name="account-enable"),
    route("accounts/<str:public_id>/factors/", accounts.forget_factors, name="account-factors"),
    route("accounts/<str:public_id>/subject/", accounts.link_subject, name="account-subject"),
    route("accounts/<str:public_id>/roles/", accounts.give_role, name="role-give"),
    route("accounts/<str:public_id>/roles/<slug:role>/", accounts.take_role, name="role-take"),
    route("accounts/<str:public_id>/training/", accounts.add_training, name="training-add"),
    route(
        "accounts/<str:public_id>/training/<int:number>/withdraw/",
        accounts.withdraw_training,
        name="training-withdraw",
    ),
    route("agencies/", accounts.agencies, name="agencies"),
    route("agencies/new/", accounts.agency, name="agency-new"),
    route("agencies/<slug:id>/", accounts.agency, name="agency"),
    route("law/", law.law, name="law"),
    route("law/packs/", law.packs, name="packs"),
    route("law/packs/own/", law.upload, name="pack-upload"),
    route("law/packs/<slug:pack_id>/", law.pack, name="pack"),
    route("law/packs/<slug:pack_id>/put/", law.put_in_force, name="pack-put"),
    route("law/packs/<slug:pack_id>/end/", law.end_pack, name="pack-end"),
    route("law/papers/", law.file_paper, name="paper-file"),
    route("law/papers/<int:number>/", law.read_paper, name="paper"),
    route("law/papers/<int:number>/withdraw/", law.withdraw_paper, name="paper-withdraw"),
    route("law/moratorium/", law.moratorium, name="moratorium"),
    route("ledger/", ledger.listed, name="ledger"),
    route("ledger/export/", ledger.export, name="ledger-export"),
    route("ledger/checkpoint/", ledger.checkpoint, name="ledger-checkpoint"),
    route("ledger/verify_ledger.py", ledger.script, name="ledger-script"),
    route("ledger/<int:index>/", ledger.one, name="entry"),
    route("ledger/<int:index>/proof/", ledger.proof, name="entry-proof"),
]
