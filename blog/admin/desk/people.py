def people_page(request, site):
    raise NotImplementedError
